import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type RoutingRule = components["schemas"]["RoutingRuleDetail"];
export type RoutingRuleRow = components["schemas"]["RoutingRuleOut"];
export type RoutingRuleIn = components["schemas"]["RoutingRuleIn"];

export const RULES = "/api/v1/sales/routing-rules";
export const WISHES = ["ignore", "prefer", "require"] as const;

export const ruleQuery = (id: string) =>
  queryOptions({
    queryKey: ["routing_rule", id],
    queryFn: () => ok(api.GET("/api/v1/sales/routing-rules/{record_id}", { params: { path: { record_id: id } } })),
  });
