import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type LeadSource = components["schemas"]["LeadSourceDetail"];
export type LeadSourceIn = components["schemas"]["LeadSourceIn"];
export type LeadSourcePatch = components["schemas"]["LeadSourcePatch"];

export const SOURCES = "/api/v1/sales/lead-sources";
export const SOURCE_KINDS = [
  "search",
  "social",
  "trade-site",
  "email",
  "display",
  "referral",
  "event",
  "direct",
  "other",
] as const satisfies LeadSourceIn["kind"][];

export const sourceQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead_source", id],
    queryFn: () => ok(api.GET("/api/v1/sales/lead-sources/{record_id}", { params: { path: { record_id: id } } })),
  });
