import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Explanation = components["schemas"]["ExplanationOut"];
export type Condition = components["schemas"]["ConditionOut"];

/** Why the reader may do this, or may not. */
export const explainQuery = (duty: string, record: string | undefined) =>
  queryOptions({
    queryKey: ["explain", duty, record],
    queryFn: () =>
      ok(
        api.GET("/api/v1/policy/explain", {
          params: { query: { duty, ...(record ? { record_id: record } : {}) } },
        }),
      ),
  });
