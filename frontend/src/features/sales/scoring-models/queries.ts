import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type ScoringModel = components["schemas"]["ScoringModelDetail"];
export type ScoringModelRow = components["schemas"]["ScoringModelOut"];
export type ScoringModelIn = components["schemas"]["ScoringModelIn"];
export type Rule = components["schemas"]["RuleIn"];

export const MODELS = "/api/v1/sales/scoring-models";
export const TESTS = ["present", "is", "in", "contains", "at_least", "within_days"] as const satisfies Rule["test"][];
/** What a rule may look at; `facts.<name>` besides, for what a file or a form says. */
export const LOOKED_AT = [
  "need",
  "product_interest",
  "budget",
  "phone",
  "email",
  "company",
  "title",
  "region",
  "source",
  "source_kind",
  "channel",
  "campaign",
  "landing_page",
  "visitor",
  "arrived_at",
] as const;

export const modelQuery = (id: string) =>
  queryOptions({
    queryKey: ["scoring_model", id],
    queryFn: () => ok(api.GET("/api/v1/sales/scoring-models/{record_id}", { params: { path: { record_id: id } } })),
  });

/** The rules of a model, which the contract leaves open because a version keeps them as they stood. */
export function rulesOf(model: ScoringModelRow): { intent: Rule[]; fit: Rule[] } {
  return { intent: model.intent_rules as Rule[], fit: model.fit_rules as Rule[] };
}
