import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Channel = components["schemas"]["ChannelDetail"];
/** A channel as lists carry it. */
export type ChannelRow = components["schemas"]["ChannelOut"];
export type ChannelIn = components["schemas"]["ChannelIn"];

export const CHANNELS = "/api/v1/marketing/channels";
export const CHANNEL_STATES = ["proposed", "active", "expired", "retired"];
export const CHANNEL_KINDS = [
  "search",
  "social",
  "trade-site",
  "email",
  "display",
  "referral",
  "direct",
  "other",
] as const satisfies ChannelIn["kind"][];

export const channelQuery = (id: string) =>
  queryOptions({
    queryKey: ["channel", id],
    queryFn: () => ok(api.GET("/api/v1/marketing/channels/{record_id}", { params: { path: { record_id: id } } })),
  });
