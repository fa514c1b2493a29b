import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components, paths } from "@/api/schema.gen";

export type FunnelRow = components["schemas"]["FunnelRowOut"];
export type FunnelQuestion = NonNullable<paths["/api/v1/analytics/funnel"]["get"]["parameters"]["query"]>;
export type By = NonNullable<FunnelQuestion["by"]>;

/** From the widest to the narrowest. */
export const STAGES = ["visits", "leads", "qualified", "opportunities", "orders"] as const;
export type Stage = (typeof STAGES)[number];

/** What share of the stage before came as far as this one. */
export const RATES = {
  leads: "lead_rate",
  qualified: "qualified_rate",
  opportunities: "opportunity_rate",
  orders: "order_rate",
} as const satisfies Partial<Record<Stage, keyof FunnelRow>>;

export const funnelQuery = (question: FunnelQuestion) =>
  queryOptions({
    queryKey: ["funnel", question],
    queryFn: () => ok(api.GET("/api/v1/analytics/funnel", { params: { query: question } })),
    placeholderData: keepPreviousData,
  });
