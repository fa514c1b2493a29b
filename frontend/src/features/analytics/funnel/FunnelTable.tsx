import { Link } from "@tanstack/react-router";
import { Table, type TableColumnType } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/schema.gen";
import { useLanguage } from "@/i18n";
import { count, percent } from "@/lib/numbers";
import { useNarrow } from "@/lib/screen";
import { date } from "@/lib/time";
import { Money } from "@/ui/Money";
import { Drill } from "../Drill";
import { type Period, within } from "../period";
import { Roi } from "../Roi";
import css from "./FunnelTable.module.css";
import { type FunnelRow, RATES, STAGES, type Stage } from "./queries";

type Funnel = components["schemas"]["FunnelOut"];
type Summed = components["schemas"]["SummedOut"];

interface Props {
  of: Funnel;
  /** A row was chosen to be looked at closer: the question changes by this. */
  onNarrow: (some: Record<string, string>) => void;
}

interface Column {
  key: string;
  title: string;
  /** What its small figure is a share of. */
  about?: string;
  value: (row: FunnelRow | Summed) => number | null;
  show: (row: FunnelRow | Summed) => ReactNode;
}

/** The funnel row by row: each count with its share of the stage before, what it brought and cost. */
export function FunnelTable({ of: funnel, onNarrow }: Props) {
  const { t } = useTranslation("funnel");
  const narrow = useNarrow();
  const columns = useColumns();
  const name = (row: FunnelRow) => <Name of={row} funnel={funnel} onNarrow={onNarrow} />;
  if (narrow) {
    return (
      <ul className={css.cards}>
        {funnel.items.map((row) => (
          <li key={row.key}>
            <strong>{name(row)}</strong>
            <Figures of={row} columns={columns} />
          </li>
        ))}
        <li>
          <strong>{t("total")}</strong>
          <Figures of={funnel.totals} columns={columns} />
        </li>
      </ul>
    );
  }
  const tableColumns: TableColumnType<FunnelRow>[] = [
    { title: t(`by.${funnel.by}`), key: "name", fixed: "left", width: 160, render: (_, row) => name(row) },
    ...columns.map((column) => ({
      key: column.key,
      title: (
        <span className={css.heading}>
          {column.title}
          {column.about ? <small>{column.about}</small> : null}
        </span>
      ),
      align: "right" as const,
      sorter: (a: FunnelRow, b: FunnelRow) =>
        (column.value(a) ?? Number.NEGATIVE_INFINITY) - (column.value(b) ?? Number.NEGATIVE_INFINITY),
      render: (_: unknown, row: FunnelRow) => column.show(row),
    })),
  ];
  return (
    <Table<FunnelRow>
      className={css.table}
      rowKey={({ key }) => key ?? "unknown"}
      size="small"
      pagination={false}
      showSorterTooltip={false}
      sortDirections={["descend", "ascend"]}
      scroll={{ x: "max-content" }}
      dataSource={funnel.items}
      columns={tableColumns}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0}>
            <strong>{t("total")}</strong>
          </Table.Summary.Cell>
          {columns.map((column, index) => (
            <Table.Summary.Cell key={column.key} index={index + 1} align="right">
              {column.show(funnel.totals)}
            </Table.Summary.Cell>
          ))}
        </Table.Summary.Row>
      )}
    />
  );
}

function useColumns(): Column[] {
  const { t } = useTranslation("funnel");
  const language = useLanguage();
  const stage = (key: Stage): Column => {
    const rate = key === "visits" ? null : RATES[key];
    return {
      key,
      title: t(key),
      about: rate ? t(`of.${key}`) : undefined,
      value: (row) => row[key],
      show: (row) => (
        <span className={css.figure}>
          <Drill to={row.drill[key]}>{count(row[key], language)}</Drill>
          {rate ? <small>{row[rate] === null ? "–" : percent(row[rate], language)}</small> : null}
        </span>
      ),
    };
  };
  return [
    ...STAGES.map(stage),
    {
      key: "revenue",
      title: t("revenue"),
      value: (row) => Number(row.revenue),
      show: (row) => (
        <Drill to={row.drill.revenue}>
          <Money amount={row.revenue} whole />
        </Drill>
      ),
    },
    {
      key: "cost",
      title: t("cost"),
      value: (row) => Number(row.cost),
      show: (row) => (
        <Drill to={row.drill.cost}>
          <Money amount={row.cost} whole />
        </Drill>
      ),
    },
    {
      key: "cost_per_lead",
      title: t("cost_per_lead"),
      value: (row) => (row.cost_per_lead === null ? null : Number(row.cost_per_lead)),
      show: (row) => <Money amount={row.cost_per_lead} whole />,
    },
    {
      key: "cac",
      title: t("cac"),
      value: (row) => (row.cac === null ? null : Number(row.cac)),
      show: (row) => <Money amount={row.cac} whole />,
    },
    { key: "roi", title: t("roi"), value: (row) => row.roi, show: (row) => <Roi of={row.roi} /> },
  ];
}

// A channel is looked at by its campaigns, a month by its days; a campaign and a day are seen on their own.
function Name({ of: { key, name }, funnel, onNarrow }: { of: FunnelRow; funnel: Funnel } & Pick<Props, "onNarrow">) {
  const { t } = useTranslation("funnel");
  const language = useLanguage();
  if (key === null) return <span className={css.unknown}>{t("unknown")}</span>;
  if (funnel.by === "day") return <span className="z-nowrap">{date(key, language)}</span>;
  if (funnel.by === "campaign") return <Link to={`/marketing/campaigns/${key}`}>{name}</Link>;
  const closer: Record<string, string> =
    funnel.by === "channel"
      ? { channel_id: key, by: "campaign" }
      : { ...within(key, { from: funnel.from, to: funnel.to } as Period), by: "day" };
  return (
    <button type="button" className={css.narrow} title={t("closer")} onClick={() => onNarrow(closer)}>
      {name ?? key}
    </button>
  );
}

function Figures({ of: row, columns }: { of: FunnelRow | Summed; columns: Column[] }) {
  return (
    <dl>
      {columns.map((column) => (
        <div key={column.key}>
          <dt>{column.title}</dt>
          <dd>{column.show(row)}</dd>
        </div>
      ))}
    </dl>
  );
}
