import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Assessment = components["schemas"]["AssessmentDetail"];
/** An assessment as lists carry it. */
export type AssessmentRow = components["schemas"]["AssessmentOut"];
export type AssessmentIn = components["schemas"]["AssessmentIn"];
export type CriteriaIn = components["schemas"]["CriteriaIn"];
export type Criteria = components["schemas"]["CriteriaOut"];
export type Criterion = keyof Criteria;

export const ASSESSMENTS = "/api/v1/marketing/channel-assessments";
export const ASSESSMENT_STATES = ["draft", "submitted", "returned", "approved", "superseded", "expired"];
/** The five criteria in the order of the regulation. */
export const CRITERIA = [
  "traffic_quality",
  "user_activity",
  "cost",
  "audience_fit",
  "compliance",
] as const satisfies Criterion[];

export const assessmentQuery = (id: string) =>
  queryOptions({
    queryKey: ["channel_assessment", id],
    queryFn: () =>
      ok(api.GET("/api/v1/marketing/channel-assessments/{record_id}", { params: { path: { record_id: id } } })),
  });

const MOST_VERSIONS = 50; // one a year: nobody has more

/** All versions of a channel's assessment, the newest first. */
export const versionsQuery = (channelId: string) =>
  queryOptions({
    queryKey: ["channel_assessment", "versions", channelId],
    queryFn: async () => {
      const query = { channel_id: channelId, limit: MOST_VERSIONS };
      const { items } = await ok(api.GET(ASSESSMENTS, { params: { query } }));
      return items.sort((a, b) => b.number - a.number);
    },
  });

/** What a criterion adds to the score. */
export function points({ score, weight }: { score?: number | null; weight?: number | null }): number {
  return ((score ?? 0) * (weight ?? 0)) / 100;
}
