import { theme } from "antd";
import { BarChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  DatasetComponent,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TooltipComponent,
} from "echarts/components";
import { type ECharts, type EChartsCoreOption, init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";

use([
  BarChart,
  LineChart,
  PieChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  DatasetComponent,
  MarkLineComponent,
  AriaComponent,
  CanvasRenderer,
]);

export interface CanvasProps {
  option: EChartsCoreOption;
  height: number;
  label: string;
  /** A mark was chosen: its name and series, to drill down to the records behind it. */
  onPick?: (mark: { name: string; series: string; index: number }) => void;
}

/** Eight hues that stay apart for colour-blind eyes, on light and on dark ground. */
const HUES = ["#0e7a6b", "#3f6ea8", "#c98a1b", "#9a4a62", "#6b5b95", "#5d8f3f", "#c0603a", "#5b7c88"];

export default function Canvas({ option, height, label, onPick }: CanvasProps) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const { token } = theme.useToken();

  useEffect(() => {
    if (!element.current) return;
    const made = init(element.current);
    chart.current = made;
    made.on("click", ({ name, seriesName, dataIndex }) =>
      pick.current?.({ name, series: seriesName ?? "", index: dataIndex }),
    );
    const watch = new ResizeObserver(() => made.resize());
    watch.observe(element.current);
    return () => {
      watch.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const axis = {
      axisLine: { lineStyle: { color: token.colorBorder } },
      splitLine: { lineStyle: { color: token.colorBorderSecondary } },
      axisLabel: { color: token.colorTextSecondary },
    };
    chart.current?.setOption(
      {
        color: HUES,
        textStyle: { fontFamily: token.fontFamily, color: token.colorText },
        grid: { left: 8, right: 16, top: 40, bottom: 8, containLabel: true },
        legend: { top: 0, textStyle: { color: token.colorTextSecondary } },
        // Drawn on the canvas: a tooltip of HTML would need inline styles, which the content security policy forbids.
        tooltip: {
          trigger: "axis",
          renderMode: "richText",
          backgroundColor: token.colorBgElevated,
          borderColor: token.colorBorderSecondary,
          textStyle: { color: token.colorText },
        },
        aria: { enabled: true, label: { description: label } },
        animationDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 300,
        ...option,
        series: slender(option.series),
        ...("xAxis" in option ? { xAxis: dressed(option.xAxis, axis), yAxis: dressed(option.yAxis, axis) } : {}),
      },
      { notMerge: true },
    );
  }, [option, token, label]);

  return <div ref={element} role="img" aria-label={label} style={{ height }} />;
}

// A few bars on a wide page would else be as broad as doors.
function slender(series: unknown): unknown {
  return Array.isArray(series) ? series.map((one) => (one.type === "bar" ? { barMaxWidth: 40, ...one } : one)) : series;
}

function dressed(axis: unknown, by: Axis): unknown {
  const one = (own: Axis) => ({
    ...by,
    ...own,
    axisLine: { ...by.axisLine, ...own.axisLine },
    splitLine: { ...by.splitLine, ...own.splitLine },
    axisLabel: { ...by.axisLabel, ...own.axisLabel },
  });
  return Array.isArray(axis) ? axis.map(one) : one(axis as Axis);
}

type Axis = Partial<Record<"axisLine" | "splitLine" | "axisLabel", object>>;
