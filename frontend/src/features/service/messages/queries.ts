import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Message = components["schemas"]["MessageDetail"];
export type MessageRow = components["schemas"]["MessageOut"];

export const MESSAGES = "/api/v1/service/messages";
export const MESSAGE_STATES = ["queued", "sending", "sent", "failed"];
export const MESSAGE_KINDS = [
  "order.placed",
  "order.confirmed",
  "order.processing",
  "order.shipped",
  "order.delivered",
  "order.completed",
  "order.cancelled",
  "proposal.sent",
];

export const messageQuery = (id: string) =>
  queryOptions({
    queryKey: ["message", id],
    queryFn: () => ok(api.GET("/api/v1/service/messages/{record_id}", { params: { path: { record_id: id } } })),
  });
