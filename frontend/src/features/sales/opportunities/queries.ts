import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Opportunity = components["schemas"]["OpportunityDetail"];
export type OpportunityRow = components["schemas"]["OpportunityOut"];
export type OpportunityIn = components["schemas"]["OpportunityIn"];
export type OpportunityPatch = components["schemas"]["OpportunityPatch"];

export const OPPORTUNITIES = "/api/v1/sales/opportunities";
export const STAGES = ["discovery", "solution", "proposal", "negotiation"];
export const OPPORTUNITY_PATH = [...STAGES, "won"];
export const OPPORTUNITY_STATES = [...OPPORTUNITY_PATH, "lost", "on_hold"];
/** The step that enters each stage. */
export const ENTERS: Record<string, string> = { solution: "define", proposal: "offer", negotiation: "negotiate" };

export const opportunityQuery = (id: string) =>
  queryOptions({
    queryKey: ["opportunity", id],
    queryFn: () => ok(api.GET("/api/v1/sales/opportunities/{record_id}", { params: { path: { record_id: id } } })),
  });
