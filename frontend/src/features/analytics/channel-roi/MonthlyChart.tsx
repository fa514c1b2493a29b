import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { percent, roundMoney } from "@/lib/numbers";
import { Chart } from "@/ui/chart/Chart";
import type { ChannelRoiRow } from "./queries";

/** Cost and revenue month by month, of one channel or of all, and what came back of what was spent. */
export function MonthlyChart({ of: rows, name }: { of: ChannelRoiRow[]; name: string }) {
  const { t } = useTranslation(["channel_roi", "funnel"]);
  const language = useLanguage();
  const option = useMemo(() => {
    const months = summed(rows);
    const sum = (amount: number) => roundMoney(amount, language);
    return {
      xAxis: { type: "category", data: months.map(({ month }) => month), axisTick: { show: false } },
      yAxis: [
        { type: "value", axisLabel: { formatter: sum } },
        {
          type: "value",
          splitLine: { show: false },
          axisLabel: { formatter: (roi: number) => percent(roi, language, 0) },
        },
      ],
      series: [
        {
          name: t("funnel:revenue"),
          type: "bar",
          data: months.map(({ revenue }) => revenue),
          tooltip: { valueFormatter: sum },
        },
        { name: t("funnel:cost"), type: "bar", data: months.map(({ cost }) => cost), tooltip: { valueFormatter: sum } },
        {
          name: t("funnel:roi"),
          type: "line",
          yAxisIndex: 1,
          // A month without cost has none: the line is broken there.
          data: months.map(({ revenue, cost }) => (cost > 0 ? (revenue - cost) / cost : null)),
          tooltip: {
            valueFormatter: (roi: number | null) => (roi === null ? "–" : percent(roi, language, 0)),
          },
          // Where as much came in as was spent.
          markLine: {
            silent: true,
            symbol: "none",
            label: { show: false },
            lineStyle: { type: "dashed", width: 1 },
            data: [{ yAxis: 0 }],
          },
        },
      ],
    };
  }, [rows, language, t]);
  return <Chart label={t("months_label", { name })} height={300} option={option} />;
}

function summed(rows: ChannelRoiRow[]): { month: string; revenue: number; cost: number }[] {
  const months = new Map<string, { month: string; revenue: number; cost: number }>();
  for (const { month, revenue, cost } of rows.flatMap(({ trend }) => trend)) {
    const so = months.get(month) ?? { month, revenue: 0, cost: 0 };
    months.set(month, { month, revenue: so.revenue + Number(revenue), cost: so.cost + Number(cost) });
  }
  return [...months.values()];
}
