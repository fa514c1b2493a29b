import { infiniteQueryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Job = components["schemas"]["JobOut"];
export type JobState = keyof components["schemas"]["JobCountsOut"];

export const JOB_STATES: JobState[] = ["failed", "doing", "todo", "aborted"];

const EVERY_MS = 10_000;

/** Jobs that have not ended well yet, newest first, and how many there are in each state. */
export const jobsQuery = (status: JobState | undefined) =>
  infiniteQueryOptions({
    queryKey: ["job", "list", status],
    queryFn: ({ pageParam }) =>
      ok(
        api.GET("/api/v1/tech/jobs", {
          params: { query: { ...(status ? { status } : {}), ...(pageParam ? { cursor: pageParam } : {}) } },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    refetchInterval: EVERY_MS,
  });
