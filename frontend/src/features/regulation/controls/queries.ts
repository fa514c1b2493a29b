import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Control = components["schemas"]["ClauseControlOut"];

export const controlsQuery = () =>
  queryOptions({ queryKey: ["control", "list"], queryFn: () => ok(api.GET("/api/v1/regulation/controls")) });

export const controlQuery = (name: string) =>
  queryOptions({
    queryKey: ["control", name],
    queryFn: () => ok(api.GET("/api/v1/regulation/controls/{name}", { params: { path: { name } } })),
  });

/** The records behind a number, newest first. */
export const rowsQuery = (name: string, failing: boolean) =>
  infiniteQueryOptions({
    queryKey: ["control", name, "rows", failing],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET("/api/v1/regulation/controls/{name}/rows", {
          params: { path: { name }, query: { failing, limit: 20, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
