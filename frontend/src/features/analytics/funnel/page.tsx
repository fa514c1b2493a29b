import { DownloadOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { CAMPAIGNS } from "@/features/marketing/campaigns/queries";
import { CHANNELS } from "@/features/marketing/channels/queries";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { saveFile } from "@/lib/save";
import { Funnel } from "@/ui/chart/Funnel";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Kpis } from "@/ui/Kpi";
import { LinkButton } from "@/ui/LinkButton";
import { Money } from "@/ui/Money";
import { showError } from "@/ui/notices";
import { Page, Section } from "@/ui/Page";
import { FilterBar } from "@/ui/table/FilterBar";
import { Waiting } from "@/ui/Waiting";
import { Change } from "../Change";
import { drillPath } from "../Drill";
import { PeriodPicker } from "../PeriodPicker";
import { before, daysOf, named, type Period } from "../period";
import { FunnelTable } from "./FunnelTable";
import css from "./page.module.css";
import { type By, type FunnelQuestion, funnelQuery, STAGES } from "./queries";
import { Trend } from "./Trend";

const CUTS: By[] = ["channel", "campaign", "month", "day"];
const MOST_DAYS = 400; // one by one, as the API looks at them

interface Asked extends Period {
  by: By;
  channel_id?: string;
  campaign_id?: string;
}

/** 5.2.2, 3.4.2 From visits to revenue, and what it cost; every number leads to the records that it counts. */
export default function FunnelPage() {
  const { t } = useTranslation("funnel");
  const language = useLanguage();
  const has = useDuty();
  const [asked, ask] = useAsked();
  const question = asked satisfies FunnelQuestion;
  const { data, error, isPlaceholderData } = useQuery(funnelQuery(question));
  const { data: earlier } = useQuery(funnelQuery({ ...question, ...before(asked), by: "month" }));
  const [saving, setSaving] = useState(false);
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;

  async function save() {
    setSaving(true);
    try {
      const file = await ok(
        api.GET("/api/v1/analytics/funnel/export", { params: { query: question }, parseAs: "blob" }),
      );
      saveFile(file as unknown as Blob, `funnel-${asked.from}-${asked.by}.csv`);
    } catch (reason) {
      showError(reason);
    } finally {
      setSaving(false);
    }
  }

  const { totals } = data;
  const then = earlier?.totals;
  const nothing = STAGES.every((stage) => totals[stage] === 0) && Number(totals.cost) === 0;
  return (
    <Page
      title={t("title")}
      about={data.pending_days > 0 ? t("pending", { count: data.pending_days }) : t("about")}
      actions={
        <>
          {has("channel_roi.read") ? <LinkButton to="/analytics/channel-roi">{t("to_roi")}</LinkButton> : null}
          <Button icon={<DownloadOutlined />} loading={saving} onClick={save}>
            {t("export")}
          </Button>
        </>
      }
    >
      <div className={css.question}>
        <PeriodPicker
          value={asked}
          names={["days_30", "month", "last_month", "half", "year"]}
          onChange={(period) => ask(period)}
        />
        <div className={css.filters}>
          <FilterBar
            filters={[
              { kind: "record", key: "channel_id", label: t("channel"), at: CHANNELS },
              { kind: "record", key: "campaign_id", label: t("campaign"), at: CAMPAIGNS },
            ]}
            query={whose(asked)}
            change={ask}
          />
        </div>
      </div>
      <div className={isPlaceholderData ? css.stale : undefined}>
        {nothing ? (
          <Empty title={t("empty")} about={t("empty_about")} clause="5.2.2" />
        ) : (
          <>
            <Kpis
              of={[
                {
                  label: t("revenue"),
                  value: <Money amount={totals.revenue} rounded />,
                  note: <Change now={Number(totals.revenue)} then={then && Number(then.revenue)} />,
                  to: drillPath(totals.drill.revenue),
                },
                {
                  label: t("cost"),
                  value: <Money amount={totals.cost} rounded />,
                  note: <Change now={Number(totals.cost)} then={then && Number(then.cost)} />,
                  to: drillPath(totals.drill.cost),
                },
                {
                  label: t("cost_per_lead"),
                  value: <Money amount={totals.cost_per_lead} whole />,
                  note: <Change now={amountOf(totals.cost_per_lead)} then={then && amountOf(then.cost_per_lead)} />,
                },
                {
                  label: t("cac"),
                  value: <Money amount={totals.cac} whole />,
                  note: <Change now={amountOf(totals.cac)} then={then && amountOf(then.cac)} />,
                },
                {
                  label: t("roi"),
                  value: totals.roi === null ? "–" : percent(totals.roi, language),
                  note: t("roi_about"),
                },
              ]}
            />
            <div className={css.pictures}>
              <Section title={t("stages")}>
                <Funnel
                  stages={STAGES.map((stage) => ({
                    key: stage,
                    label: t(stage),
                    count: totals[stage],
                    to: drillPath(totals.drill[stage]),
                  }))}
                />
                <p className={css.note}>{t("stages_about")}</p>
              </Section>
              <Section title={t("trend")}>
                <Trend question={question} onPick={(period) => ask({ ...period })} />
              </Section>
            </div>
            <Section
              flush
              title={t("table")}
              extra={
                <Segmented
                  aria-label={t("cut")}
                  value={asked.by}
                  onChange={(by) => ask({ by })}
                  options={CUTS.map((by) => ({
                    value: by,
                    label: t(`by.${by}`),
                    disabled: by === "day" && daysOf(asked) > MOST_DAYS,
                  }))}
                />
              }
            >
              <FunnelTable of={data} onNarrow={ask} />
            </Section>
          </>
        )}
      </div>
    </Page>
  );
}

/** The part of the question that has controls of its own in the bar. */
function whose({ channel_id, campaign_id }: Asked): Record<string, string> {
  return { ...(channel_id ? { channel_id } : {}), ...(campaign_id ? { campaign_id } : {}) };
}

/** What is asked stands in the address, in the words of the wire, so that a report can be linked. */
function useAsked(): [Asked, (some: { [name in keyof Asked]?: string }) => void] {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Partial<Record<keyof Asked, string>>;
  const period = search.from && search.to ? { from: search.from, to: search.to } : named("days_30");
  const asked: Asked = {
    ...period,
    by: CUTS.find((cut) => cut === search.by) ?? "channel",
    channel_id: search.channel_id,
    campaign_id: search.campaign_id,
  };
  const ask = (some: { [name in keyof Asked]?: string }) => {
    const merged = { ...asked, ...some };
    if (merged.by === "day" && daysOf(merged as Period) > MOST_DAYS) merged.by = "month";
    const told = Object.fromEntries(Object.entries(merged).filter(([, value]) => value));
    void navigate({ to: ".", search: told as never, replace: true });
  };
  return [asked, ask];
}

function amountOf(amount: string | null): number | null {
  return amount === null ? null : Number(amount);
}
