import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Holding = components["schemas"]["HoldingDetail"];
export type HoldingIn = components["schemas"]["HoldingIn"];

export const HOLDINGS = "/api/v1/org/holdings";

export const holdingQuery = (id: string) =>
  queryOptions({
    queryKey: ["holding", id],
    queryFn: () => ok(api.GET("/api/v1/org/holdings/{record_id}", { params: { path: { record_id: id } } })),
  });
