import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { API_ORIGIN } from "@/api/config";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type LeadForm = components["schemas"]["LeadFormDetail"];
export type LeadFormIn = components["schemas"]["LeadFormIn"];
export type Question = components["schemas"]["AskedIn"];
export type QuestionName = Question["name"];

export const FORMS = "/api/v1/sales/forms";
export const LEAD_SOURCES = "/api/v1/sales/lead-sources";
export const FORM_STATES = ["draft", "published", "closed"];
/** What a form may ask: each is a field of the lead. */
export const VOCABULARY = [
  "name",
  "phone",
  "email",
  "company",
  "title",
  "region",
  "product_interest",
  "budget",
  "need",
] as const satisfies QuestionName[];

export const formQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead_form", id],
    queryFn: () => ok(api.GET("/api/v1/sales/forms/{record_id}", { params: { path: { record_id: id } } })),
  });

/** Who agreed to which words, and when: the last two hundred. */
export const submissionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead_form", id, "submissions"],
    queryFn: () => ok(api.GET("/api/v1/sales/forms/{record_id}/submissions", { params: { path: { record_id: id } } })),
  });

/** Where people find a published form. */
export function addressOf(key: string): string {
  return `${API_ORIGIN}/f/${key}`;
}
