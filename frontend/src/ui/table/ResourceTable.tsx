import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Skeleton, Table, type TableColumnType } from "antd";
import { type ReactNode, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { useKept } from "@/lib/kept";
import { count } from "@/lib/numbers";
import { recordPath } from "@/lib/resources";
import { useNarrow } from "@/lib/screen";
import { dayOf } from "@/lib/time";
import { Empty } from "../Empty";
import { Failure } from "../Failure";
import { showError } from "../notices";
import { Bulk, type BulkAction } from "./Bulk";
import { type Filter, FilterBar } from "./FilterBar";
import { useRowKeys } from "./keyboard";
import { type ListPath, type ListQuery, type RowOf, readPage, useListQuery } from "./listing";
import css from "./ResourceTable.module.css";
import { Columns, Export, SearchBox } from "./Tools";
import { type View, Views } from "./Views";

export interface Column<Row> {
  /** The field of the wire, and the name that `sort` takes. */
  key: string;
  title: string;
  /** What stands in the cell; the field itself by default. */
  show?: (row: Row) => ReactNode;
  sortable?: boolean;
  /** Figures stand to the right. */
  align?: "right";
  /** In pixels; columns without one share what is left. */
  width?: number;
  /** Not shown until chosen. */
  hidden?: boolean;
}

interface Props<P extends ListPath> {
  /** The list in the contract, such as "/api/v1/sales/leads". */
  at: P;
  /** The resource, such as "lead": its queries begin with it, and its rows lead to its pages. */
  resource: string;
  /** The first names the row, and is the link to it. */
  columns: Column<RowOf<P>>[];
  filters?: Filter[];
  /** What the search box finds, as its placeholder; without it there is none. */
  search?: string;
  /** What the page itself asks for always, such as `{ campaign_id: id }`. */
  fixed?: ListQuery;
  /** The order before a person chooses one, such as "-updated_at". */
  sort?: string;
  views?: View[];
  bulk?: BulkAction<RowOf<P>>[];
  /** Where a row leads; its record by default, null for nowhere. */
  to?: (row: RowOf<P>) => string | null;
  /** What is said when there is nothing at all: see Empty. */
  empty?: ReactNode;
  exportable?: boolean;
  /** A table inside another record's page, in a `<Section flush>`: it leaves address and keyboard alone. */
  embedded?: boolean;
}

const PAGE_ROWS = "50";
const VIRTUAL_BEYOND = 200;
// Rows that are not all drawn cannot tell how wide their columns must be.
const VIRTUAL_WIDTH = { first: 260, other: 150, chosen: 48 };

interface Listed {
  id: string;
  actions?: string[];
}

/** A list of the API: search, filters, order, views, columns, export, bulk, keyboard (j, k, Enter, x, /), and cards on a telephone. */
export function ResourceTable<P extends ListPath>(props: Props<P>) {
  type Row = RowOf<P> & Listed;
  const {
    at,
    resource,
    filters = [],
    search,
    fixed = {},
    sort,
    views,
    bulk = [],
    empty,
    exportable = true,
    embedded = false,
  } = props;
  const columns = props.columns as Column<Row>[];
  const { t } = useTranslation("kit");
  const language = useLanguage();
  const narrow = useNarrow();
  const navigate = useNavigate();
  const box = useRef<HTMLDivElement>(null);
  const [query, change, replace] = useListQuery(!embedded);
  const [hidden, setHidden] = useKept<string[]>(
    `hidden.${resource}`,
    columns.filter((column) => column.hidden).map(({ key }) => key),
  );
  const [chosen, setChosen] = useState<string[]>([]);
  const [total, setTotal] = useState<{ of: string; text: string } | null>(null);

  const asked: ListQuery = { ...(sort ? { sort } : {}), ...query, ...fixed };
  const list = useInfiniteQuery({
    queryKey: [resource, "list", at, asked],
    queryFn: ({ pageParam }) =>
      readPage(at, { ...asked, limit: PAGE_ROWS, ...(pageParam ? { cursor: pageParam } : {}) }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const rows = (list.data?.pages.flatMap((page) => page.items) ?? []) as Row[];
  const shown = columns.filter(({ key }) => !hidden.includes(key));
  const rowPath = (row: Row) => (props.to ? props.to(row) : recordPath(resource, row.id));
  const narrowed = Object.keys(query).some((name) => name !== "sort");

  const active = useRowKeys({
    box,
    rows,
    enabled: !embedded && !narrow,
    open: (row) => {
      const path = rowPath(row);
      if (path) void navigate({ to: path });
    },
    toggle: (row) =>
      bulk.length > 0 &&
      setChosen((before) => (before.includes(row.id) ? before.filter((id) => id !== row.id) : [...before, row.id])),
    more: () => list.hasNextPage && !list.isFetchingNextPage && void list.fetchNextPage(),
  });

  const name = (row: Row): ReactNode => {
    const first = columns[0];
    const path = rowPath(row);
    const text = first ? cell(first, row) : null;
    return path ? <Link to={path}>{text}</Link> : text;
  };

  async function countAll() {
    try {
      const page = await readPage(at, { ...asked, limit: "1", count: "true" });
      const figure = count(page.total ?? 0, language);
      setTotal({
        of: JSON.stringify(asked),
        text: t(page.total_is_estimate ? "total_about" : "total", { count: figure }),
      });
    } catch (error) {
      showError(error);
    }
  }

  const virtual = rows.length > VIRTUAL_BEYOND;
  const virtualWidth = (column: Column<Row>) =>
    column.width ?? (column === columns[0] ? VIRTUAL_WIDTH.first : VIRTUAL_WIDTH.other);
  const tableColumns: TableColumnType<Row>[] = shown.map((column, index) => ({
    key: column.key,
    title: column.title,
    align: column.align,
    width: virtual ? virtualWidth(column) : column.width,
    className: column.align === "right" ? "z-figures" : undefined,
    render: (_, row) => (index === 0 && column === columns[0] ? name(row) : cell(column, row)),
    sorter: column.sortable ?? false,
    sortOrder: asked.sort === column.key ? "ascend" : asked.sort === `-${column.key}` ? "descend" : null,
  }));

  if (list.isError && rows.length === 0) return <Failure error={list.error} retry={() => list.refetch()} />;
  const bare = !list.isPending && rows.length === 0;
  const toolless = embedded && !search && filters.length === 0 && !exportable;
  return (
    <div ref={box} className={embedded ? `${css.box} ${css.embedded}` : css.box}>
      {embedded ? null : <Views of={resource} offered={views} query={query} onChoose={replace} />}
      {(bare && !narrowed) || toolless ? null : (
        <div className={css.tools}>
          {search ? (
            <SearchBox key={query.q ?? ""} placeholder={search} value={query.q ?? ""} onSearch={(q) => change({ q })} />
          ) : null}
          <FilterBar filters={filters} query={query} change={change} />
          {narrow ? null : (
            <div className={css.right}>
              {exportable ? <Export at={at} query={asked} name={`${resource}-${dayOf(Date.now())}`} /> : null}
              <Columns columns={columns} hidden={hidden} onChange={setHidden} />
            </div>
          )}
        </div>
      )}
      {list.isPending ? (
        <Skeleton active title={false} paragraph={{ rows: 8, width: "100%" }} className={css.waiting} />
      ) : bare ? (
        narrowed ? (
          <Empty title={t("nothing_found")} about={t("nothing_found_about")} />
        ) : (
          (empty ?? <Empty title={t("nothing_yet")} />)
        )
      ) : narrow ? (
        <ul className={css.cards}>
          {rows.map((row) => (
            <li key={row.id} className={css.card}>
              <div className={css.cardName}>{name(row)}</div>
              <dl>
                {shown
                  .filter((column) => column !== columns[0])
                  .map((column) => (
                    <div key={column.key}>
                      <dt>{column.title}</dt>
                      <dd>{cell(column, row)}</dd>
                    </div>
                  ))}
              </dl>
            </li>
          ))}
        </ul>
      ) : (
        <Table<Row>
          rowKey="id"
          size="middle"
          columns={tableColumns}
          dataSource={rows}
          pagination={false}
          showSorterTooltip={false}
          sortDirections={["descend", "ascend"]}
          loading={list.isPlaceholderData}
          virtual={virtual}
          scroll={
            virtual ? { x: shown.reduce((sum, column) => sum + virtualWidth(column), 0), y: 640 } : undefined // the style sheet scrolls it: antd would put a second, hidden header into the table
          }
          onRow={(row) => ({
            tabIndex: row.id === active ? 0 : -1,
            className: row.id === active ? css.active : undefined,
            onClick: (event) => clicked(event) && openRow(row),
          })}
          rowClassName={(row) => (rowPath(row) ? (css.leads ?? "") : "")}
          rowSelection={
            bulk.length > 0
              ? {
                  columnWidth: VIRTUAL_WIDTH.chosen,
                  selectedRowKeys: chosen,
                  onChange: (keys) => setChosen(keys as string[]),
                }
              : undefined
          }
          onChange={(_page, _filters, sorter) => {
            const one = Array.isArray(sorter) ? sorter[0] : sorter;
            change({ sort: one?.order ? `${one.order === "descend" ? "-" : ""}${String(one.columnKey)}` : undefined });
          }}
        />
      )}
      {rows.length > 0 && (!embedded || list.hasNextPage) ? (
        <footer className={css.foot}>
          <span>{t("shown", { count: rows.length })}</span>
          {list.hasNextPage ? (
            <>
              {total?.of === JSON.stringify(asked) ? (
                <span>{total.text}</span>
              ) : (
                <Button type="link" size="small" onClick={countAll}>
                  {t("count_all")}
                </Button>
              )}
              <Button onClick={() => list.fetchNextPage()} loading={list.isFetchingNextPage}>
                {t("more")}
              </Button>
            </>
          ) : null}
        </footer>
      ) : null}
      {chosen.length > 0 ? (
        <Bulk
          resource={resource}
          rows={rows.filter(({ id }) => chosen.includes(id))}
          actions={bulk as unknown as BulkAction<Row>[]}
          titleOf={name}
          onClear={() => setChosen([])}
        />
      ) : null}
    </div>
  );

  function openRow(row: Row) {
    const path = rowPath(row);
    if (path) void navigate({ to: path });
  }
}

function cell<Row>(column: Column<Row>, row: Row): ReactNode {
  if (column.show) return column.show(row);
  const value = (row as Record<string, unknown>)[column.key];
  return value === null || value === undefined || value === "" ? <span className="z-none">–</span> : String(value);
}

// A click that meant a link, a button, a box to tick, or a selection of text does not open the row.
function clicked(event: React.MouseEvent): boolean {
  const inner = (event.target as Element).closest("a, button, input, label, .ant-table-selection-column");
  return !inner && !globalThis.getSelection()?.toString();
}
