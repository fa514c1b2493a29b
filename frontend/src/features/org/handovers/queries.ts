import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { readPage } from "@/ui/table/listing";

export type Handover = components["schemas"]["HandoverDetail"];
export type HandoverRow = components["schemas"]["HandoverOut"];

export const HANDOVERS = "/api/v1/org/handovers";
export const HANDOVER_PATH = ["offered", "accepted", "done"];
export const HANDOVER_STATES = ["offered", "accepted", "refused", "returned", "done"];

export const handoverQuery = (id: string) =>
  queryOptions({
    queryKey: ["handover", id],
    queryFn: () => ok(api.GET("/api/v1/org/handovers/{record_id}", { params: { path: { record_id: id } } })),
  });

/** How many wait for the departments of this person, and how many are late. */
export const waitingQuery = queryOptions({
  queryKey: ["handover", "waiting"],
  queryFn: () => ok(api.GET("/api/v1/me/handovers")),
});

/** What waits for a receipt, the nearest deadline first. */
export const offeredQuery = queryOptions({
  queryKey: ["handover", "offered"],
  queryFn: () => readPage(HANDOVERS, { status: "offered", sort: "due_at", limit: "50" }),
});
