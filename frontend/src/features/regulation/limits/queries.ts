import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Limit = components["schemas"]["LimitOut"];

export const limitsQuery = () =>
  queryOptions({ queryKey: ["limit", "list"], queryFn: () => ok(api.GET("/api/v1/regulation/limits")) });
