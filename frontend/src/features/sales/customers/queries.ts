import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Customer = components["schemas"]["CustomerDetail"];
export type CustomerRow = components["schemas"]["CustomerOut"];
export type CustomerIn = components["schemas"]["CustomerIn"];
export type Happening = components["schemas"]["HappeningOut"];

export const CUSTOMERS = "/api/v1/sales/customers";
export const KINDS = ["person", "company"] as const;
/** How often a customer is revisited (4.4.1). */
export const LEVELS = ["key", "normal", "quiet"] as const;

export const customerQuery = (id: string) =>
  queryOptions({
    queryKey: ["customer", id],
    queryFn: () => ok(api.GET("/api/v1/sales/customers/{record_id}", { params: { path: { record_id: id } } })),
  });

/** Everything that happened with a customer, newest first, page by page. */
export const timelineQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["customer", id, "timeline"],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET("/api/v1/sales/customers/{record_id}/timeline", {
          params: { path: { record_id: id }, query: { limit: 30, ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });

export function revealCustomer(id: string, reason: string) {
  return ok(
    api.POST("/api/v1/sales/customers/{record_id}/reveal", { params: { path: { record_id: id } }, body: { reason } }),
  );
}
