import { FilterOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Badge, Button, DatePicker, Drawer, InputNumber, Select, Tag } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNarrow } from "@/lib/screen";
import { dayOf } from "@/lib/time";
import css from "./FilterBar.module.css";
import { type ListPath, type ListQuery, readPage } from "./listing";

/** A filter of a list: `key` is its name on the wire, and what it takes follows from its kind. */
export type Filter =
  | { kind: "choice"; key: string; label: string; options: { value: string; label: string }[] }
  | { kind: "record"; key: string; label: string; at: ListPath; title?: string }
  | { kind: "numbers"; key: string; label: string }
  | { kind: "dates"; key: string; label: string }
  | { kind: "yes_no"; key: string; label: string };

interface Props {
  filters: Filter[];
  query: ListQuery;
  change: (some: Record<string, string | undefined>) => void;
}

/** The names that a filter has in the query. */
export function namesOf(filter: Filter): string[] {
  if (filter.kind === "numbers") return [`${filter.key}_min`, `${filter.key}_max`];
  if (filter.kind === "dates") return [`${filter.key}_from`, `${filter.key}_to`];
  return [filter.key];
}

/** The filters in one row; on a telephone behind one button that says how many are set. */
export function FilterBar({ filters, query, change }: Props) {
  const { t } = useTranslation("kit");
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  if (filters.length === 0) return <Others filters={filters} query={query} change={change} />;
  const controls = filters.map((filter) => <Control key={filter.key} filter={filter} query={query} change={change} />);
  const set = filters.filter((filter) => namesOf(filter).some((name) => query[name])).length;
  const clear = () => change(Object.fromEntries(filters.flatMap(namesOf).map((name) => [name, undefined])));
  if (!narrow) {
    return (
      <>
        {controls}
        <Others filters={filters} query={query} change={change} />
        {set > 0 ? (
          <Button type="link" onClick={clear}>
            {t("clear_filters")}
          </Button>
        ) : null}
      </>
    );
  }
  return (
    <>
      <Badge count={set} size="small">
        <Button icon={<FilterOutlined />} onClick={() => setOpen(true)}>
          {t("filters")}
        </Button>
      </Badge>
      <Others filters={filters} query={query} change={change} />
      <Drawer
        title={t("filters")}
        open={open}
        onClose={() => setOpen(false)}
        placement="bottom"
        size="large"
        extra={<Button onClick={clear}>{t("clear_filters")}</Button>}
      >
        <div className={css.stack}>{controls}</div>
      </Drawer>
    </>
  );
}

const NO_FILTERS = new Set(["q", "sort", "limit", "cursor", "count", "fields"]);

// A report leads here with conditions that this list offers no control for: they are said, and can be taken off.
function Others({ filters, query, change }: Props) {
  const { t } = useTranslation("kit");
  const offered = new Set(filters.flatMap(namesOf));
  const others = Object.keys(query).filter((name) => !offered.has(name) && !NO_FILTERS.has(name));
  if (others.length === 0) return null;
  return (
    <Tag
      closable
      onClose={() => change(Object.fromEntries(others.map((name) => [name, undefined])))}
      title={others.map((name) => `${name} = ${query[name]}`).join("\n")}
      className={css.others}
    >
      {t("other_filters", { count: others.length })}
    </Tag>
  );
}

function Control({ filter, query, change }: { filter: Filter } & Omit<Props, "filters">) {
  const { t } = useTranslation("kit");
  const value = query[filter.key];
  switch (filter.kind) {
    case "choice":
      return (
        <Select
          mode="multiple"
          className={css.choice}
          aria-label={filter.label}
          placeholder={filter.label}
          options={filter.options}
          value={value ? value.split(",") : []}
          onChange={(chosen: string[]) => change({ [filter.key]: chosen.join(",") })}
          maxTagCount={1}
          maxTagTextLength={6}
          maxTagPlaceholder={(rest) => `+${rest.length}`}
          optionFilterProp="label"
          allowClear
        />
      );
    case "yes_no":
      return (
        <Select
          className={css.short}
          aria-label={filter.label}
          placeholder={filter.label}
          options={[
            { value: "true", label: `${filter.label}: ${t("yes")}` },
            { value: "false", label: `${filter.label}: ${t("no")}` },
          ]}
          value={value}
          onChange={(chosen?: string) => change({ [filter.key]: chosen })}
          allowClear
        />
      );
    case "numbers":
      return (
        <span className={css.pair}>
          <span className={css.label}>{filter.label}</span>
          <Bound
            label={t("from", { what: filter.label })}
            value={query[`${filter.key}_min`]}
            onChange={(min) => change({ [`${filter.key}_min`]: min })}
          />
          <span aria-hidden="true">–</span>
          <Bound
            label={t("to", { what: filter.label })}
            value={query[`${filter.key}_max`]}
            onChange={(max) => change({ [`${filter.key}_max`]: max })}
          />
        </span>
      );
    case "dates":
      return <Dates filter={filter} query={query} change={change} />;
    case "record":
      return <RecordChoice filter={filter} value={value} onChange={(chosen) => change({ [filter.key]: chosen })} />;
  }
}

function Bound({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  return (
    <InputNumber<string>
      key={value ?? ""}
      stringMode
      controls={false}
      className={css.bound}
      aria-label={label}
      defaultValue={value}
      onBlur={(event) => event.target.value !== (value ?? "") && onChange(event.target.value || undefined)}
      onPressEnter={(event) => onChange(event.currentTarget.value || undefined)}
    />
  );
}

// The wire takes from inclusive, to exclusive; people mean the last day whole.
function Dates({ filter, query, change }: { filter: Extract<Filter, { kind: "dates" }> } & Omit<Props, "filters">) {
  const { t } = useTranslation("kit");
  const [from, to] = [query[`${filter.key}_from`], query[`${filter.key}_to`]];
  // A bare date is the beginning of that day where the company works, for dates and for times.
  const wire = (day: Dayjs) => day.format("YYYY-MM-DD");
  return (
    <DatePicker.RangePicker
      className={css.dates}
      aria-label={filter.label}
      placeholder={[t("from", { what: filter.label }), t("until")]}
      allowEmpty={[true, true]}
      value={[from ? dayjs(dayOf(from)) : null, to ? dayjs(dayOf(to)).subtract(1, "day") : null]}
      onChange={(range) =>
        change({
          [`${filter.key}_from`]: range?.[0] ? wire(range[0]) : undefined,
          [`${filter.key}_to`]: range?.[1] ? wire(range[1].add(1, "day")) : undefined,
        })
      }
    />
  );
}

interface Choosable {
  id: string;
  [field: string]: unknown;
}

function RecordChoice({
  filter,
  value,
  onChange,
}: {
  filter: Extract<Filter, { kind: "record" }>;
  value: string | undefined;
  onChange: (value: string | undefined) => void;
}) {
  const [typed, setTyped] = useState("");
  const { data } = useQuery({
    queryKey: ["choice", filter.at, typed],
    // One character is too little for the API; until there are two, the first twenty stand there.
    queryFn: () => readPage(filter.at, typed.length > 1 ? { q: typed, limit: "20" } : { limit: "20" }),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
  const rows = (data?.items ?? []) as unknown as Choosable[];
  return (
    <Select
      className={css.choice}
      aria-label={filter.label}
      placeholder={filter.label}
      showSearch={{ filterOption: false, onSearch: setTyped }}
      options={rows.map((row) => ({ value: row.id, label: String(row[filter.title ?? "name"]) }))}
      value={value}
      onChange={(chosen?: string) => onChange(chosen)}
      allowClear
    />
  );
}
