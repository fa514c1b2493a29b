import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Select } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Kpis } from "@/ui/Kpi";
import { LinkButton } from "@/ui/LinkButton";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import { drillPath } from "../Drill";
import { PeriodPicker } from "../PeriodPicker";
import { named } from "../period";
import { MonthlyChart } from "./MonthlyChart";
import css from "./page.module.css";
import { channelRoiQuery } from "./queries";
import { RoiTable } from "./RoiTable";

/** 1.3.3 What each channel cost and brought, and how that went month by month. */
export default function ChannelRoiPage() {
  const { t } = useTranslation(["channel_roi", "funnel"]);
  const language = useLanguage();
  const has = useDuty();
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as { from?: string; to?: string };
  const period = search.from && search.to ? { from: search.from, to: search.to } : named("year");
  const { data, error, isPlaceholderData } = useQuery(channelRoiQuery(period));
  const [shown, setShown] = useState<string | null>(null);
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  const { totals, items } = data;
  const one = items.find(({ key }) => key === shown);
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={has("funnel.read") ? <LinkButton to="/analytics/funnel">{t("to_funnel")}</LinkButton> : null}
    >
      <div className={css.question}>
        <PeriodPicker
          value={period}
          names={["month", "last_month", "half", "year"]}
          onChange={(chosen) => navigate({ to: ".", search: chosen as never, replace: true })}
        />
      </div>
      {items.length === 0 ? (
        <Empty title={t("empty")} about={t("empty_about")} clause="1.3.3" />
      ) : (
        <div className={isPlaceholderData ? `${css.matter} ${css.stale}` : css.matter}>
          <Kpis
            of={[
              {
                label: t("funnel:cost"),
                value: <Money amount={totals.cost} rounded />,
                to: drillPath(totals.drill.cost),
              },
              {
                label: t("funnel:revenue"),
                value: <Money amount={totals.revenue} rounded />,
                to: drillPath(totals.drill.revenue),
              },
              { label: t("funnel:cac"), value: <Money amount={totals.cac} whole /> },
              {
                label: t("funnel:roi"),
                value: totals.roi === null ? "–" : percent(totals.roi, language, 0),
                note: t("funnel:roi_about"),
                tone: totals.roi !== null && totals.roi < 0 ? "bad" : undefined,
              },
            ]}
          />
          <Section
            title={t("months")}
            extra={
              <Select
                className={css.channel}
                aria-label={t("funnel:channel")}
                value={one?.key ?? ""}
                onChange={(key) => setShown(key || null)}
                options={[
                  { value: "", label: t("all") },
                  ...items.flatMap(({ key, name }) => (key ? [{ value: key, label: name ?? key }] : [])),
                ]}
              />
            }
          >
            <MonthlyChart of={one ? [one] : items} name={one?.name ?? t("all")} />
          </Section>
          <Section title={t("channels")} flush>
            <RoiTable of={data} shown={one?.key ?? null} onShow={setShown} />
          </Section>
        </div>
      )}
    </Page>
  );
}
