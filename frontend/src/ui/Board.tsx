import { useQueries } from "@tanstack/react-query";
import { Button, Skeleton } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { count } from "@/lib/numbers";
import css from "./Board.module.css";
import { Failure } from "./Failure";
import { StatusTag } from "./StatusTag";
import { type Filter, FilterBar } from "./table/FilterBar";
import { type ListPath, type ListQuery, type RowOf, readPage, useListQuery } from "./table/listing";
import { SearchBox } from "./table/Tools";

interface Props<P extends ListPath> {
  /** The list in the contract, such as "/api/v1/sales/opportunities". */
  at: P;
  resource: string;
  /** The states that stand side by side, in the order of the way. */
  lanes: string[];
  sort: string;
  search?: string;
  filters?: Filter[];
  card: (row: RowOf<P>) => ReactNode;
  /** The verb that moves a card into a lane, or null; without it cards stay where they are. */
  verbInto?: (row: RowOf<P>, lane: string) => string | null;
  onMove?: (row: RowOf<P>, verb: string) => void;
  /** Shows all of a lane, which is more than a board can hold. */
  onMore: (lane: string) => void;
}

const CARDS = 20;

/** The records of a list as cards, a lane for each state. A card is dragged, or moved by the button that it bears. */
export function Board<P extends ListPath>(props: Props<P>) {
  type Row = RowOf<P> & { id: string };
  const { at, resource, lanes, sort, search, filters = [], card, verbInto, onMove, onMore } = props;
  const { t } = useTranslation("kit");
  const language = useLanguage();
  const [query, change] = useListQuery(true);
  const [held, setHeld] = useState<Row | null>(null);
  const asked: ListQuery = { ...query, sort, limit: String(CARDS), count: "true" };
  const answers = useQueries({
    queries: lanes.map((lane) => ({
      queryKey: [resource, "board", at, asked, lane],
      queryFn: () => readPage(at, { ...asked, status: lane }),
    })),
  });
  const failed = answers.find(({ error }) => error !== null);
  if (failed) return <Failure error={failed.error as Error} retry={() => failed.refetch()} />;
  const verb = (lane: string) => (held && verbInto ? verbInto(held, lane) : null);
  return (
    <>
      <div className={css.tools}>
        {search ? (
          <SearchBox key={query.q ?? ""} placeholder={search} value={query.q ?? ""} onSearch={(q) => change({ q })} />
        ) : null}
        <FilterBar filters={filters} query={query} change={change} />
      </div>
      <div className={css.board}>
        {lanes.map((lane, index) => {
          const page = answers[index]?.data;
          const rows = (page?.items ?? []) as Row[];
          const total = page?.total ?? rows.length;
          return (
            // Dragging is a short cut: every card has a button that does the same by keyboard and touch.
            // biome-ignore lint/a11y/noStaticElementInteractions: see above
            <section
              key={lane}
              className={held && verb(lane) ? `${css.lane} ${css.takes}` : css.lane}
              onDragOver={(event) => verb(lane) && event.preventDefault()}
              onDrop={() => {
                const step = verb(lane);
                if (held && step) onMove?.(held, step);
                setHeld(null);
              }}
            >
              <h2 className={css.head}>
                <StatusTag of={resource} status={lane} />
                <span className={css.count}>{page ? count(total, language) : null}</span>
              </h2>
              {page === undefined ? (
                <Skeleton active title={false} paragraph={{ rows: 3 }} className={css.waiting} />
              ) : (
                <ul className={css.cards}>
                  {rows.map((row) => (
                    <li
                      key={row.id}
                      className={held?.id === row.id ? `${css.card} ${css.held}` : css.card}
                      draggable={verbInto !== undefined}
                      onDragStart={(event) => {
                        event.dataTransfer.effectAllowed = "move";
                        setHeld(row);
                      }}
                      onDragEnd={() => setHeld(null)}
                    >
                      {card(row)}
                    </li>
                  ))}
                  {rows.length === 0 ? <li className={css.none}>{t("lane_empty")}</li> : null}
                </ul>
              )}
              {total > rows.length ? (
                <Button type="link" size="small" className={css.more} onClick={() => onMore(lane)}>
                  {t("lane_all", { count: total })}
                </Button>
              ) : null}
            </section>
          );
        })}
      </div>
    </>
  );
}
