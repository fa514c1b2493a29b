import { queryOptions, useQuery } from "@tanstack/react-query";
import { api } from "./client";
import { ok } from "./problem";
import type { components } from "./schema.gen";

export type DayItem = components["schemas"]["DayItemOut"];
export type Notification = components["schemas"]["NotificationOut"];

/** What the regulation gives this person to do. */
export const dutiesQuery = queryOptions({
  queryKey: ["duty"],
  queryFn: () => ok(api.GET("/api/v1/me/duties")),
  staleTime: 5 * 60_000,
});

/** Whether this person has a duty such as "order.confirm". The API decides in the end; this only keeps away what is not theirs. */
export function useDuty(): (name: string) => boolean {
  const { data } = useQuery(dutiesQuery);
  const names = new Set(data?.items.map(({ duty }) => duty));
  return (name) => names.has(name);
}

/** What is due for this person, and late, by clause. */
export const dayQuery = queryOptions({
  queryKey: ["day"],
  queryFn: () => ok(api.GET("/api/v1/me/day")),
  refetchInterval: 5 * 60_000,
});

export const notificationsQuery = queryOptions({
  queryKey: ["notification"],
  queryFn: () => ok(api.GET("/api/v1/me/notifications", { params: { query: { limit: 30 } } })),
});

export const sessionsQuery = queryOptions({
  queryKey: ["session"],
  queryFn: () => ok(api.GET("/api/v1/me/sessions")),
});
