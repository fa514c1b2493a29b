import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { readPage } from "@/ui/table/listing";

export type FollowUp = components["schemas"]["FollowUpDetail"];
export type FollowUpRow = components["schemas"]["FollowUpOut"];
export type FollowUpIn = components["schemas"]["FollowUpIn"];

export const FOLLOW_UPS = "/api/v1/sales/follow-ups";
export const WAYS = ["call", "wechat", "email", "visit", "meeting"] as const;

/** What was said with a lead, newest first, page by page. */
export const saidQuery = (leadId: string) =>
  infiniteQueryOptions({
    queryKey: ["follow_up", "of", leadId],
    queryFn: ({ pageParam }) =>
      readPage(FOLLOW_UPS, { lead_id: leadId, limit: "20", ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });

export const followUpQuery = (id: string) =>
  queryOptions({
    queryKey: ["follow_up", id],
    queryFn: () => ok(api.GET("/api/v1/sales/follow-ups/{record_id}", { params: { path: { record_id: id } } })),
  });
