import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { roundMoney } from "@/lib/numbers";
import { day } from "@/lib/time";
import { Chart } from "@/ui/chart/Chart";
import { daysOf, type Period, within } from "../period";
import { type FunnelQuestion, funnelQuery } from "./queries";

const DAYS_ONE_BY_ONE = 62;

/** How leads, orders and revenue went, by day or by month as the period is short or long; one of them can be looked at closer. */
export function Trend({ question, onPick }: { question: FunnelQuestion & Period; onPick: (period: Period) => void }) {
  const { t } = useTranslation("funnel");
  const language = useLanguage();
  const by = daysOf(question) <= DAYS_ONE_BY_ONE ? "day" : "month";
  const { data } = useQuery(funnelQuery({ ...question, by }));
  const option = useMemo(() => {
    const items = data?.by === by ? data.items : [];
    return {
      xAxis: {
        type: "category",
        data: items.map(({ key }) => (by === "day" && key ? day(key, language) : key)),
        axisTick: { show: false },
      },
      yAxis: [
        { type: "value", minInterval: 1 },
        {
          type: "value",
          splitLine: { show: false },
          axisLabel: { formatter: (amount: number) => roundMoney(amount, language) },
        },
      ],
      series: [
        { name: t("leads"), type: "bar", data: items.map(({ leads }) => leads) },
        { name: t("orders"), type: "bar", data: items.map(({ orders }) => orders) },
        {
          name: t("revenue"),
          type: "line",
          yAxisIndex: 1,
          symbol: items.length > 40 ? "none" : "circle",
          symbolSize: 5,
          data: items.map(({ revenue }) => Number(revenue)),
          tooltip: { valueFormatter: (amount: number) => roundMoney(amount, language) },
        },
      ],
    };
  }, [data, by, language, t]);
  return (
    <Chart
      label={t("trend_label")}
      height={260}
      option={option}
      onPick={({ index }) => {
        const key = data?.items[index]?.key;
        if (key && by === "month") onPick(within(key, question));
      }}
    />
  );
}
