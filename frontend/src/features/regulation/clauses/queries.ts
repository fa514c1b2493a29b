import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import type { Language } from "@/lib/language";

export type Regulation = components["schemas"]["RegulationOut"];
export type ClauseRow = components["schemas"]["ClauseOut"];
export type Clause = components["schemas"]["ClauseDetail"];
export type ClauseState = ClauseRow["state"];

export const CLAUSE_STATES: ClauseState[] = ["red", "amber", "green", "grey", "unmeasured"];
export const OWNERS = ["marketing", "sales", "tech", "service", "management", "support", "all"] as const;

export const regulationQuery = () =>
  queryOptions({
    queryKey: ["clause", "list"],
    queryFn: () => ok(api.GET("/api/v1/regulation/clauses")),
  });

const readClause = (clause: string, language?: Language) =>
  ok(
    api.GET("/api/v1/regulation/clauses/{clause}", {
      params: { path: { clause } },
      headers: language ? { "Accept-Language": language } : {},
    }),
  );

export const clauseQuery = (clause: string) =>
  queryOptions({ queryKey: ["clause", clause], queryFn: () => readClause(clause) });

/** What a clause says in one language, whatever the reader's own. */
export const wordingQuery = (clause: string, language: Language) =>
  queryOptions({
    queryKey: ["clause", clause, "wording", language],
    queryFn: async () => (await readClause(clause, language)).text,
    staleTime: Number.POSITIVE_INFINITY,
  });
