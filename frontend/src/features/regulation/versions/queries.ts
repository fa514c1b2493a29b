import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Version = components["schemas"]["VersionDetail"];
export type VersionIn = components["schemas"]["VersionIn"];
export type Wording = components["schemas"]["WordingOut"];
export type WordingIn = components["schemas"]["WordingIn"];
export type WordingPatch = components["schemas"]["WordingPatch"];
export type Difference = components["schemas"]["DifferenceOut"];

export const VERSIONS = "/api/v1/regulation/versions";
export const VERSION_STATES = ["draft", "submitted", "approved", "published", "superseded"];

export const versionQuery = (id: string) =>
  queryOptions({
    queryKey: ["regulation_version", id],
    queryFn: () => ok(api.GET("/api/v1/regulation/versions/{record_id}", { params: { path: { record_id: id } } })),
  });

export const wordingsQuery = (id: string) =>
  queryOptions({
    queryKey: ["regulation_version", id, "clauses"],
    queryFn: () =>
      ok(api.GET("/api/v1/regulation/versions/{record_id}/clauses", { params: { path: { record_id: id } } })),
  });

/** What a version says otherwise than the one that it was drafted from. */
export const differenceQuery = (id: string) =>
  queryOptions({
    queryKey: ["regulation_version", id, "difference"],
    queryFn: () =>
      ok(api.GET("/api/v1/regulation/versions/{record_id}/difference", { params: { path: { record_id: id } } })),
  });
