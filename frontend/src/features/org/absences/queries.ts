import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Absence = components["schemas"]["AbsenceDetail"];
export type AbsenceIn = components["schemas"]["AbsenceIn"];

export const ABSENCES = "/api/v1/org/absences";
export const ABSENCE_KINDS = ["leave", "travel", "training", "other"] as const;

export const absenceQuery = (id: string) =>
  queryOptions({
    queryKey: ["absence", id],
    queryFn: () => ok(api.GET("/api/v1/org/absences/{record_id}", { params: { path: { record_id: id } } })),
  });
