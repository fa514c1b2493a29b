import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Calendar = components["schemas"]["CalendarOut"];
export type Day = components["schemas"]["DaysOut"]["items"][number];
export type Interval = components["schemas"]["IntervalIn"];

export const calendarQuery = () =>
  queryOptions({ queryKey: ["calendar", "hours"], queryFn: () => ok(api.GET("/api/v1/org/calendar")) });

/** Each date from `since` to before `until`, YYYY-MM-DD. */
export const daysQuery = (since: string, until: string) =>
  queryOptions({
    queryKey: ["calendar", "days", since, until],
    queryFn: () => ok(api.GET("/api/v1/org/calendar/days", { params: { query: { since, until } } })),
    placeholderData: (before) => before,
  });

/** The header that says which calendar a change is meant for. */
export function ifCalendar({ version }: Calendar): { "If-Match": string } {
  return { "If-Match": `"${version}"` };
}
