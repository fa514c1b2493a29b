import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components, paths } from "@/api/schema.gen";

export type Spend = components["schemas"]["SpendDetail"];
export type SpendRow = components["schemas"]["SpendOut"];
export type SpendIn = components["schemas"]["SpendIn"];
type TotalsQuestion = NonNullable<paths["/api/v1/marketing/spend/totals"]["get"]["parameters"]["query"]>;

export const SPEND = "/api/v1/marketing/spend";

export const spendQuery = (id: string) =>
  queryOptions({
    queryKey: ["spend", id],
    queryFn: () => ok(api.GET("/api/v1/marketing/spend/{record_id}", { params: { path: { record_id: id } } })),
  });

/** What the rows that these filters show come to, whole and by campaign. */
export const spendTotalsQuery = (query: TotalsQuestion) =>
  queryOptions({
    queryKey: ["spend", "totals", query],
    queryFn: () => ok(api.GET("/api/v1/marketing/spend/totals", { params: { query } })),
  });
