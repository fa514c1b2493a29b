import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { readPage } from "@/ui/table/listing";

export type LeadImport = components["schemas"]["LeadImportDetail"];
export type Mapping = components["schemas"]["MappingIn"];
export type FieldName = Mapping["columns"][number]["field"];
export type ImportColumn = {
  header: string;
  samples: string[];
  words: Record<string, number> | null;
  suggestion: FieldName | null;
};
export type Verdict = "create" | "update" | "skip" | "refuse";

export const IMPORTS = "/api/v1/sales/lead-imports";

export const importQuery = (id: string) =>
  queryOptions({
    queryKey: ["lead_import", id],
    queryFn: () => ok(api.GET("/api/v1/sales/lead-imports/{record_id}", { params: { path: { record_id: id } } })),
    // A job is at work in these states: it is asked for until it has ended.
    refetchInterval: ({ state }) => (state.data && WORKING.has(state.data.status) ? 1_000 : false),
  });

export const WORKING = new Set(["previewing", "importing", "undoing"]);

export const fieldsQuery = () =>
  queryOptions({
    queryKey: ["lead_import", "fields"],
    queryFn: () => ok(api.GET("/api/v1/sales/lead-imports/fields")),
    staleTime: Number.POSITIVE_INFINITY,
  });

export const sourcesQuery = () =>
  queryOptions({
    queryKey: ["lead_source", "list", "choice"],
    queryFn: () => readPage("/api/v1/sales/lead-sources", { limit: "200", sort: "name" }),
  });

export const mappingsQuery = () =>
  queryOptions({
    queryKey: ["import_mapping", "list"],
    queryFn: () => readPage("/api/v1/sales/import-mappings", { limit: "100" }),
  });

export const rowsQuery = (id: string, verdict: Verdict | undefined, after: number) =>
  queryOptions({
    queryKey: ["lead_import", id, "rows", verdict ?? "all", after],
    queryFn: () =>
      ok(
        api.GET("/api/v1/sales/lead-imports/{record_id}/rows", {
          params: { path: { record_id: id }, query: { ...(verdict ? { verdict } : {}), after } },
        }),
      ),
  });

/** A table is uploaded as a file of its sender alone, then becomes an import. */
export async function bring(file: File): Promise<LeadImport> {
  const kept = (await ok(
    api.POST("/api/v1/files", {
      params: { query: { filename: file.name, use: "import" } },
      body: file as never,
      bodySerializer: (body: unknown) => body as Blob,
      headers: { "Content-Type": "application/octet-stream" },
    } as never),
  )) as { id: string };
  return ok(api.POST("/api/v1/sales/lead-imports", { body: { file_id: kept.id } }));
}
