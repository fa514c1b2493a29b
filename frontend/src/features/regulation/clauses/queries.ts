import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type ClauseRow = components["schemas"]["ClauseOut"];
export type Clause = components["schemas"]["ClauseDetail"];
export type Control = Clause["controls"][number];

export const regulationQuery = () =>
  queryOptions({
    queryKey: ["clause", "list"],
    queryFn: () => ok(api.GET("/api/v1/regulation/clauses")),
  });

export const clauseQuery = (clause: string) =>
  queryOptions({
    queryKey: ["clause", clause],
    queryFn: () => ok(api.GET("/api/v1/regulation/clauses/{clause}", { params: { path: { clause } } })),
  });

export const failingQuery = (name: string) =>
  queryOptions({
    queryKey: ["control", name, "rows"],
    queryFn: () => ok(api.GET("/api/v1/regulation/controls/{name}/rows", { params: { path: { name } } })),
  });
