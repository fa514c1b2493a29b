import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Campaign = components["schemas"]["CampaignDetail"];
/** A campaign as lists carry it. */
export type CampaignRow = components["schemas"]["CampaignOut"];
export type CampaignIn = components["schemas"]["CampaignIn"];

export const CAMPAIGNS = "/api/v1/marketing/campaigns";
/** The way of a campaign from plan to review, without the side ways. */
export const CAMPAIGN_PATH = ["draft", "submitted", "approved", "running", "finished", "reviewed"];
export const CAMPAIGN_STATES = [
  "draft",
  "submitted",
  "returned",
  "approved",
  "running",
  "paused",
  "finished",
  "reviewed",
  "cancelled",
];
export const CAMPAIGN_KINDS = [
  "sem",
  "seo",
  "social",
  "content",
  "email",
  "event",
  "live",
] as const satisfies CampaignIn["kind"][];

export const campaignQuery = (id: string) =>
  queryOptions({
    queryKey: ["campaign", id],
    queryFn: () => ok(api.GET("/api/v1/marketing/campaigns/{record_id}", { params: { path: { record_id: id } } })),
  });
