import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Department = components["schemas"]["DepartmentDetail"];
export type DepartmentIn = components["schemas"]["DepartmentIn"];

export const DEPARTMENTS = "/api/v1/org/departments";
export const DEPARTMENT_KINDS: DepartmentIn["kind"][] = [
  "marketing",
  "sales",
  "tech",
  "service",
  "logistics",
  "finance",
  "management",
  "support",
];

export const departmentQuery = (id: string) =>
  queryOptions({
    queryKey: ["department", id],
    queryFn: () => ok(api.GET("/api/v1/org/departments/{record_id}", { params: { path: { record_id: id } } })),
  });
