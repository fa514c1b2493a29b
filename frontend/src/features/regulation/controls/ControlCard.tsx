import { ReloadOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, theme } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { count, percent } from "@/lib/numbers";
import { day } from "@/lib/time";
import { Chart } from "@/ui/chart/Chart";
import { showDone } from "@/ui/notices";
import { When } from "@/ui/When";
import { State } from "../clauses/State";
import { Behind } from "./Behind";
import css from "./ControlCard.module.css";
import type { Control } from "./queries";

const FEWEST_POINTS = 3;
const AXIS_MS = 14 * 86_400_000;

interface Props {
  of: Control;
  /** Whether the records that break the clause are shown at once. */
  opened?: boolean;
  /** Whether its title leads to its own page. */
  linked?: boolean;
}

/** What a control measured last, against its thresholds, how that went, and the records behind it. */
export function ControlCard({ of: control, opened = false, linked = false }: Props) {
  const { t } = useTranslation("control");
  const language = useLanguage();
  const has = useDuty();
  const queries = useQueryClient();
  const [open, setOpen] = useState(opened);
  const run = useMutation({
    mutationFn: () =>
      ok(api.POST("/api/v1/regulation/controls/{name}/run", { params: { path: { name: control.name } } })),
    onSuccess: async () => {
      await Promise.all([
        queries.invalidateQueries({ queryKey: ["clause"] }),
        queries.invalidateQueries({ queryKey: ["control"] }),
      ]);
      showDone(t("measured"));
    },
  });
  return (
    <article className={css.card}>
      <header>
        <h3>{linked ? <Link to={`/regulation/controls/${control.name}`}>{control.title}</Link> : control.title}</h3>
        <State of={control.state} />
        {has("control.run") ? (
          <Button size="small" icon={<ReloadOutlined />} loading={run.isPending} onClick={() => run.mutate()}>
            {t("run")}
          </Button>
        ) : null}
      </header>
      <div className={css.figures}>
        <div>
          <span className={css.share}>{control.share === null ? "–" : percent(control.share, language)}</span>
          <span>{t(control.share === null ? "nothing" : "holds")}</span>
        </div>
        <div>
          <span className={css.figure}>
            {count(control.failing, language)} / {count(control.population, language)}
          </span>
          <span>{t("failing_of")}</span>
        </div>
        {control.figure === null ? null : (
          <div>
            <span className={css.figure}>
              {count(Math.round(control.figure * 100) / 100, language)} {control.figure_unit}
            </span>
            <span>{t("figure")}</span>
          </div>
        )}
        <div>
          <span className={css.figure}>{percent(control.green, language)}</span>
          <span>{t("threshold", { amber: percent(control.amber, language) })}</span>
        </div>
        <div>
          <span className={css.figure}>{t("days", { count: Math.round(control.period_days * 10) / 10 })}</span>
          <span>
            {control.measured_at === null ? (
              t("never")
            ) : (
              <>
                {t("measured_at")} <When at={control.measured_at} as="relative" />
              </>
            )}
          </span>
        </div>
      </div>
      <Trend of={control} />
      {has("control.drill") ? (
        <Button type="link" className={css.behind} aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? "hide" : "show_behind", { count: control.failing })}
        </Button>
      ) : null}
      {open && has("control.drill") ? <Behind control={control.name} /> : null}
    </article>
  );
}

function Trend({ of: control }: { of: Control }) {
  const { t } = useTranslation("control");
  const language = useLanguage();
  const { token } = theme.useToken();
  const points = control.history.filter(({ share }) => share !== null);
  if (points.length < FEWEST_POINTS) return null;
  const lowest = Math.min(control.amber, ...points.map(({ share }) => share ?? 1));
  const line = (at: number, color: string, name: string) => ({
    yAxis: at * 100,
    lineStyle: { color, type: "dashed", width: 1 },
    label: { formatter: name, position: "end", color, fontSize: 11 },
  });
  return (
    <Chart
      height={180}
      label={t("trend", { title: control.title })}
      option={{
        grid: { left: 44, right: 56, top: 12, bottom: 26 },
        legend: { show: false },
        xAxis: {
          type: "time",
          splitLine: { show: false },
          minInterval: AXIS_MS,
          axisLabel: { hideOverlap: true, formatter: (at: number) => day(at, language) },
        },
        yAxis: {
          type: "value",
          min: Math.max(0, Math.floor(lowest * 10) * 10 - 10),
          max: 100,
          axisLabel: { formatter: "{value}%" },
        },
        series: [
          {
            name: t("holds"),
            type: "line",
            showSymbol: points.length < 20,
            symbolSize: 5,
            areaStyle: { opacity: 0.06 },
            data: points.map(({ measured_at, share }) => [measured_at, Math.round((share ?? 0) * 1000) / 10]),
            markLine: {
              silent: true,
              symbol: "none",
              animation: false,
              data: [
                line(control.green, token.colorSuccess, t("green_line")),
                ...(control.amber < control.green ? [line(control.amber, token.colorWarning, t("amber_line"))] : []),
              ],
            },
          },
        ],
      }}
    />
  );
}
