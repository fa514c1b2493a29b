import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Assignment = components["schemas"]["AssignmentDetail"];
export type AssignmentRow = components["schemas"]["AssignmentOut"];

/** Somebody who could have had the lead, as the rule saw him then; the ledger keeps it as it was written. */
export interface Candidate {
  account_id: string;
  name: string;
  load: number;
  capacity: number;
  present: boolean;
  territory: boolean;
  skill: boolean;
  last_assigned_at: string | null;
  draw: string;
  excluded: { zh: string; en: string }[];
}

export const ASSIGNMENTS = "/api/v1/sales/assignments";
export const ASSIGNMENT_WAYS = ["rule", "hand", "claim", "finder"];

export const assignmentQuery = (id: string) =>
  queryOptions({
    queryKey: ["assignment", id],
    queryFn: () => ok(api.GET("/api/v1/sales/assignments/{record_id}", { params: { path: { record_id: id } } })),
  });
