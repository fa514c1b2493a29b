import { Link } from "@tanstack/react-router";
import { Table, type TableColumnType } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/schema.gen";
import { useLanguage } from "@/i18n";
import { count } from "@/lib/numbers";
import { useNarrow } from "@/lib/screen";
import { Money } from "@/ui/Money";
import { Drill } from "../Drill";
import { Roi } from "../Roi";
import type { ChannelRoiRow } from "./queries";
import css from "./RoiTable.module.css";
import { Spark } from "./Spark";

type Report = components["schemas"]["ChannelRoiOut"];
type Summed = Report["totals"];

interface Props {
  of: Report;
  /** The channel whose months are shown above. */
  shown: string | null;
  onShow: (key: string | null) => void;
}

interface Column {
  key: string;
  title: string;
  value: (row: ChannelRoiRow | Summed) => number | null;
  show: (row: ChannelRoiRow | Summed) => ReactNode;
}

/** The channels beside one another: what each cost and brought, and its months in small. */
export function RoiTable({ of: report, shown, onShow }: Props) {
  const { t } = useTranslation(["channel_roi", "funnel"]);
  const narrow = useNarrow();
  const columns = useColumns();
  const name = ({ key, name }: ChannelRoiRow) =>
    key ? <Link to={`/marketing/channels/${key}`}>{name}</Link> : <span className="z-none">{t("funnel:unknown")}</span>;
  const spark = (row: ChannelRoiRow) => (
    <button
      type="button"
      className={css.spark}
      title={t("show_months")}
      aria-pressed={row.key !== null && row.key === shown}
      disabled={row.key === null}
      onClick={() => onShow(row.key === shown ? null : row.key)}
    >
      <Spark of={row.trend} label={t("months_label", { name: row.name ?? t("funnel:unknown") })} />
    </button>
  );
  if (narrow) {
    return (
      <ul className={css.cards}>
        {report.items.map((row) => (
          <li key={row.key}>
            <div className={css.head}>
              <strong>{name(row)}</strong>
              {spark(row)}
            </div>
            <dl>
              {columns.map((column) => (
                <div key={column.key}>
                  <dt>{column.title}</dt>
                  <dd>{column.show(row)}</dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    );
  }
  const tableColumns: TableColumnType<ChannelRoiRow>[] = [
    { title: t("funnel:channel"), key: "name", render: (_, row) => name(row) },
    ...columns.map((column) => ({
      key: column.key,
      title: column.title,
      align: "right" as const,
      sorter: (a: ChannelRoiRow, b: ChannelRoiRow) =>
        (column.value(a) ?? Number.NEGATIVE_INFINITY) - (column.value(b) ?? Number.NEGATIVE_INFINITY),
      render: (_: unknown, row: ChannelRoiRow) => column.show(row),
    })),
    { title: t("spark"), key: "trend", width: 180, render: (_, row) => spark(row) },
  ];
  return (
    <Table<ChannelRoiRow>
      className={css.table}
      rowKey={({ key }) => key ?? "unknown"}
      rowClassName={({ key }) => (key !== null && key === shown ? (css.shown ?? "") : "")}
      size="middle"
      pagination={false}
      showSorterTooltip={false}
      sortDirections={["descend", "ascend"]}
      dataSource={report.items}
      columns={tableColumns}
      summary={() => (
        <Table.Summary.Row>
          <Table.Summary.Cell index={0}>
            <strong>{t("funnel:total")}</strong>
          </Table.Summary.Cell>
          {columns.map((column, index) => (
            <Table.Summary.Cell key={column.key} index={index + 1} align="right">
              {column.show(report.totals)}
            </Table.Summary.Cell>
          ))}
          <Table.Summary.Cell index={columns.length + 1} />
        </Table.Summary.Row>
      )}
    />
  );
}

function useColumns(): Column[] {
  const { t } = useTranslation(["channel_roi", "funnel"]);
  const language = useLanguage();
  return [
    {
      key: "cost",
      title: t("funnel:cost"),
      value: ({ cost }) => Number(cost),
      show: ({ cost, drill }) => (
        <Drill to={drill.cost}>
          <Money amount={cost} whole />
        </Drill>
      ),
    },
    {
      key: "leads",
      title: t("funnel:leads"),
      value: ({ leads }) => leads,
      show: ({ leads, drill }) => <Drill to={drill.leads}>{count(leads, language)}</Drill>,
    },
    {
      key: "cost_per_lead",
      title: t("funnel:cost_per_lead"),
      value: (row) => (row.cost_per_lead === null ? null : Number(row.cost_per_lead)),
      show: (row) => <Money amount={row.cost_per_lead} whole />,
    },
    {
      key: "orders",
      title: t("funnel:orders"),
      value: ({ orders }) => orders,
      show: ({ orders, drill }) => <Drill to={drill.orders}>{count(orders, language)}</Drill>,
    },
    {
      key: "cac",
      title: t("funnel:cac"),
      value: ({ cac }) => (cac === null ? null : Number(cac)),
      show: ({ cac }) => <Money amount={cac} whole />,
    },
    {
      key: "revenue",
      title: t("funnel:revenue"),
      value: ({ revenue }) => Number(revenue),
      show: ({ revenue, drill }) => (
        <Drill to={drill.revenue}>
          <Money amount={revenue} whole />
        </Drill>
      ),
    },
    { key: "roi", title: t("funnel:roi"), value: ({ roi }) => roi, show: ({ roi }) => <Roi of={roi} /> },
  ];
}
