import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { readPage } from "@/ui/table/listing";

export type Duplicate = components["schemas"]["DuplicateDetail"];
export type DuplicateRow = components["schemas"]["DuplicateOut"];
export type MergeIn = components["schemas"]["MergeIn"];

export const DUPLICATES = "/api/v1/sales/duplicates";
export const DUPLICATE_STATES = ["open", "merged", "dismissed"];

export const duplicateQuery = (id: string) =>
  queryOptions({
    queryKey: ["duplicate", id],
    queryFn: () => ok(api.GET("/api/v1/sales/duplicates/{record_id}", { params: { path: { record_id: id } } })),
  });

/** The open pairs of a lead, whether it came first or second. */
export const pairsOfQuery = (leadId: string) =>
  queryOptions({
    queryKey: ["duplicate", "of", leadId],
    queryFn: async () => {
      const [later, earlier] = await Promise.all([
        readPage(DUPLICATES, { lead_id: leadId, status: "open" }),
        readPage(DUPLICATES, { other_id: leadId, status: "open" }),
      ]);
      return [...later.items, ...earlier.items];
    },
  });
