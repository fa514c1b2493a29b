import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { useState } from "react";
import { type ListPath, type ListQuery, type RowOf, readPage } from "./table/listing";

interface Props<P extends ListPath> {
  id?: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
  /** The list to choose from, such as "/api/v1/marketing/channels". */
  at: P;
  /** What of it can be chosen, such as `{ status: "active" }`. */
  query?: ListQuery;
  /** How a record is called. */
  titleOf: (row: RowOf<P>) => string;
  /** The record that is chosen already, which may not be among the first that the list gives. */
  chosen?: { id: string; title: string } | null;
  placeholder?: string;
  "aria-label"?: string;
  /** Whether the list can be searched; otherwise what is typed narrows down its first 200. */
  searched?: boolean;
  disabled?: boolean;
  allowClear?: boolean;
}

const SHORTEST_SEARCH = 2; // the API refuses to search by less

/** The choice of one record in a form, found by typing: its name, its pinyin or its initials. */
export function RecordSelect<P extends ListPath>(props: Props<P>) {
  const { at, query = {}, titleOf, chosen, value, onChange, searched = true, ...rest } = props;
  const [typed, setTyped] = useState("");
  const { data, isFetching } = useQuery({
    queryKey: ["choice", at, query, searched ? typed : ""],
    queryFn: () =>
      readPage(
        at,
        searched
          ? { ...query, limit: "20", ...(typed.length >= SHORTEST_SEARCH ? { q: typed } : {}) }
          : { ...query, limit: "200" },
      ),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
  const found = (data?.items ?? []) as (RowOf<P> & { id: string })[];
  const options = found.map((row) => ({ value: row.id, label: titleOf(row) }));
  if (chosen && !typed && !options.some((option) => option.value === chosen.id)) {
    options.unshift({ value: chosen.id, label: chosen.title });
  }
  return (
    <Select
      {...rest}
      showSearch={searched ? { filterOption: false, onSearch: setTyped } : { optionFilterProp: "label" }}
      loading={isFetching}
      options={options}
      value={value ?? undefined}
      onChange={(id?: string) => onChange?.(id ?? null)}
    />
  );
}
