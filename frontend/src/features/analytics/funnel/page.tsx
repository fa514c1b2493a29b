import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import { Segmented, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { useLanguage } from "@/i18n";
import { count, percent } from "@/lib/numbers";
import { Funnel } from "@/ui/chart/Funnel";
import { DayInput } from "@/ui/DayInput";
import { Failure } from "@/ui/Failure";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import css from "./funnel.module.css";

type Row = components["schemas"]["FunnelRowOut"];
type Stage = "visits" | "leads" | "qualified" | "opportunities" | "orders";

const STAGES: Stage[] = ["visits", "leads", "qualified", "opportunities", "orders"];
const CUTS = ["channel", "campaign", "month"] as const;

/** From visits to revenue: by channel, campaign or month; each number leads to the records behind it. */
export default function FunnelPage() {
  const { t } = useTranslation("funnel");
  const language = useLanguage();
  const roi = useLocation().pathname.endsWith("channel-roi");
  const [by, setBy] = useState<(typeof CUTS)[number]>("channel");
  const [from, setFrom] = useState<string | null>(null);
  const [to, setTo] = useState<string | null>(null);
  const query = { by, ...(from ? { from } : {}), ...(to ? { to } : {}) };
  const { data, error } = useQuery({
    queryKey: ["funnel", query],
    queryFn: () => ok(api.GET("/api/v1/analytics/funnel", { params: { query } })),
    placeholderData: keepPreviousData,
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  const figure = (row: Pick<Row, Stage | "drill">, stage: Stage) => {
    const to = addressOf(row.drill[stage]);
    const text = count(row[stage], language);
    return to ? <Link to={to}>{text}</Link> : text;
  };
  const share = (value: number | null) => (value === null ? "–" : percent(value, language));
  return (
    <Page title={t(roi ? "roi_title" : "title")} about={t("about", { from: data.from, to: data.to })}>
      <div className={css.choose}>
        <Segmented value={by} onChange={setBy} options={CUTS.map((value) => ({ value, label: t(`by_${value}`) }))} />
        <DayInput value={from} onChange={setFrom} placeholder={t("from")} />
        <DayInput value={to} onChange={setTo} placeholder={t("to")} />
      </div>
      {roi ? null : (
        <Section title={t("whole")}>
          <Funnel
            stages={STAGES.map((stage) => ({
              key: stage,
              label: t(stage),
              count: data.totals[stage],
              to: addressOf(data.totals.drill[stage]),
            }))}
          />
        </Section>
      )}
      <Section title={t("table")} flush>
        <Table<Row>
          size="middle"
          rowKey={(row) => row.key ?? "none"}
          pagination={false}
          scroll={{ x: 1080 }}
          dataSource={data.items}
          columns={[
            {
              title: t(`by_${by}`),
              dataIndex: "name",
              fixed: "left",
              width: 180,
              render: (name, row) => name ?? row.key ?? t("unknown"),
            },
            ...STAGES.map((stage) => ({
              title: t(stage),
              align: "right" as const,
              render: (_: unknown, row: Row) => figure(row, stage),
            })),
            { title: t("order_rate"), align: "right", render: (_, row) => share(row.order_rate) },
            { title: t("revenue"), align: "right", render: (_, row) => <Money amount={row.revenue} /> },
            { title: t("cost"), align: "right", render: (_, row) => <Money amount={row.cost} /> },
            {
              title: t("cac"),
              align: "right",
              render: (_, row) => (row.cac === null ? "–" : <Money amount={row.cac} />),
            },
            { title: t("roi"), align: "right", render: (_, row) => share(row.roi) },
          ]}
        />
      </Section>
    </Page>
  );
}

/** The list of the SPA for a list of the API with its filters. */
function addressOf(drill: { path: string; filters: Record<string, string> } | null | undefined): string | undefined {
  if (!drill || drill.path.endsWith("/events")) return undefined;
  return `${drill.path.replace("/api/v1", "")}?${new URLSearchParams(drill.filters)}`;
}
