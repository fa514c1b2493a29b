import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { paths } from "@/api/schema.gen";
import { saveFile } from "@/lib/save";

/** A page of a list, as every list of the API answers. */
export interface ListPage<Row> {
  items: Row[];
  next_cursor: string | null;
  total: number | null;
  total_is_estimate: boolean;
}

/** The paths of the contract that answer a list. */
export type ListPath = {
  [P in keyof paths]: paths[P] extends {
    get: { responses: { 200: { content: { "application/json": { items: unknown[] } } } } };
  }
    ? P
    : never;
}[keyof paths];

/** What a list holds. */
export type RowOf<P extends ListPath> = paths[P] extends {
  get: { responses: { 200: { content: { "application/json": { items: (infer Row)[] } } } } };
}
  ? Row
  : never;

/** A question to a list in the wire form: `{ status: "new,screening", q: "上海", sort: "-updated_at" }`. */
export type ListQuery = Record<string, string>;

/** One page of a list. */
export function readPage<P extends ListPath>(at: P, query: ListQuery): Promise<ListPage<RowOf<P>>> {
  // Which filters a list takes stands in the contract list by list; here it is any of them, so the client cannot check it.
  return ok(api.GET(at as never, { params: { query } } as never)) as Promise<ListPage<RowOf<P>>>;
}

/** The whole answer to the same question as a file, saved by the browser. */
export async function exportList(at: ListPath, query: ListQuery, format: "csv" | "xlsx", name: string): Promise<void> {
  const file = (await ok(
    api.GET(`${at}/export` as never, { params: { query: { ...query, format } }, parseAs: "blob" } as never),
  )) as Blob;
  saveFile(file, `${name}.${format}`);
}

/**
 * The question that a table asks. In a page's main table it stands in the address, in the wire form itself, so that a
 * view can be linked, kept and gone back to; inside another record's page it is the table's own.
 */
export function useListQuery(
  inAddress: boolean,
): [ListQuery, (change: Record<string, string | undefined>) => void, (whole: ListQuery) => void] {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as ListQuery;
  const [own, setOwn] = useState<ListQuery>({});
  const query = inAddress ? search : own;
  return useMemo(() => {
    const replace = (whole: ListQuery) => {
      if (inAddress) void navigate({ to: ".", search: whole as never, replace: true });
      else setOwn(whole);
    };
    const change = (some: Record<string, string | undefined>) => {
      const merged = Object.entries({ ...query, ...some }).filter(([, value]) => value !== undefined && value !== "");
      replace(Object.fromEntries(merged) as ListQuery);
    };
    return [query, change, replace];
  }, [query, inAddress, navigate]);
}
