import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { RowOf } from "@/ui/table/listing";

export const AUDIT = "/api/v1/tech/audit";
export type AuditEntry = RowOf<typeof AUDIT>;

/** How far the chain reaches, and when it was last found whole; asked again while a walk over it is under way. */
export const headQuery = () =>
  queryOptions({
    queryKey: ["audit", "head"],
    queryFn: () => ok(api.GET("/api/v1/tech/audit/head")),
    refetchInterval: ({ state }) => (state.data?.verification?.status === "running" ? 2_000 : false),
  });
