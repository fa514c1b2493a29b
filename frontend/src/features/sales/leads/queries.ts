import { queryOptions } from "@tanstack/react-query";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Lead = components["schemas"]["LeadDetail"];
export type LeadRow = components["schemas"]["LeadOut"];
export type LeadIn = components["schemas"]["LeadIn"];

export const LEADS = "/api/v1/sales/leads";
export const POOL = "/api/v1/sales/pool";
/** The way of a lead from arrival to customer, without the side ways. */
export const LEAD_WAY = ["new", "screening", "qualified", "assigned", "contacted", "nurturing", "converted"];
export const LEAD_STATES = [...LEAD_WAY, "pool", "disqualified", "lost"];

export const leadQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead", id],
    queryFn: () => ok(api.GET("/api/v1/sales/leads/{record_id}", { params: { path: { record_id: id } } })),
  });

/** A lead that nobody owns, as its department sees it. */
export const pooledQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead", id, "pool"],
    queryFn: () => ok(api.GET("/api/v1/sales/pool/{record_id}", { params: { path: { record_id: id } } })),
  });

export const scoreQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead", id, "score"],
    queryFn: () => ok(api.GET("/api/v1/sales/leads/{record_id}/score", { params: { path: { record_id: id } } })),
  });

/** Why the lead is with whom it is, for the person who asks. */
export const whyQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead", id, "why"],
    queryFn: () => ok(api.GET("/api/v1/sales/assignments/why-not-me", { params: { query: { lead_id: id } } })),
  });

export function revealLead(id: string, reason: string) {
  return ok(
    api.POST("/api/v1/sales/leads/{record_id}/reveal", { params: { path: { record_id: id } }, body: { reason } }),
  );
}

/** The steps that ask nothing first: a card of the board takes them at once. */
export const PLAIN_STEPS = ["claim", "screen", "qualify"] as const;
export type PlainStep = (typeof PLAIN_STEPS)[number];

export function take(lead: { id: string; version: number }, step: PlainStep): Promise<Lead> {
  const params = { path: { record_id: lead.id }, header: ifMatch(lead) };
  if (step === "claim") return ok(api.POST("/api/v1/sales/leads/{record_id}/claim", { params, body: {} }));
  if (step === "screen") return ok(api.POST("/api/v1/sales/leads/{record_id}/screen", { params, body: {} }));
  return ok(api.POST("/api/v1/sales/leads/{record_id}/qualify", { params, body: {} }));
}

/** A person as people name him: 张三（腾讯）. */
export function called(name: string | null, company: string | null): string {
  return name && company && name !== company ? `${name}（${company}）` : (name ?? company ?? "–");
}
