import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Amendment = components["schemas"]["AmendmentDetail"];
export type AmendmentRow = components["schemas"]["AmendmentOut"];
export type AmendmentIn = components["schemas"]["AmendmentIn"];

export const AMENDMENTS = "/api/v1/marketing/campaign-amendments";
export const AMENDMENT_STATES = ["requested", "approved", "refused", "withdrawn"];
/** The states of a campaign in which its budget can be raised. */
export const AMENDABLE = ["approved", "running", "paused", "finished"];

export const amendmentQuery = (id: string) =>
  queryOptions({
    queryKey: ["campaign_amendment", id],
    queryFn: () =>
      ok(api.GET("/api/v1/marketing/campaign-amendments/{record_id}", { params: { path: { record_id: id } } })),
  });
