import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { recordPath } from "@/lib/resources";
import { Chart } from "@/ui/chart/Chart";
import { Due } from "@/ui/Due";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { showDone } from "@/ui/notices";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import css from "./clauses.module.css";
import { type Control, clauseQuery, failingQuery } from "./queries";
import { State } from "./State";

const percent = (share: number) => `${(share * 100).toFixed(share === 1 ? 0 : 1)}%`;

/** One clause: what it says, whether it is lived, what is due of it, whose it is. */
export default function ClausePage() {
  const { t } = useTranslation("regulation");
  const { id = "" } = useParams({ strict: false });
  const { data: clause, error } = useQuery(clauseQuery(id));
  if (error) return <Failure error={error} />;
  if (!clause) return <Waiting />;
  return (
    <Page
      title={`${clause.clause} ${clause.text}`}
      trail={[{ title: t("title"), to: "/regulation" }]}
      tags={<State of={clause.state} />}
      aside={
        <>
          <Section title={t("duties")}>
            {clause.duties.length > 0 ? (
              <Facts of={clause.duties.map(({ title, posts }) => ({ label: title, value: posts.join("、") }))} />
            ) : (
              <p>{t("no_duties")}</p>
            )}
          </Section>
          <Section title={t("carried")}>
            <p>{clause.operations > 0 ? t("operations", { count: clause.operations }) : t("not_built")}</p>
          </Section>
        </>
      }
    >
      <Section title={t("controls")}>
        {clause.control_text ? <p>{clause.control_text}</p> : null}
        {clause.controls.length === 0 ? <p>{t("no_controls")}</p> : null}
        {clause.controls.map((control) => (
          <OneControl key={control.name} of={control} clause={clause.clause} />
        ))}
      </Section>
      <Section title={t("due")}>
        {clause.due.length === 0 ? <p>{t("nothing_due")}</p> : null}
        <ul className={css.clauses}>
          {clause.due.map((one) => (
            <li key={one.id} className={css.control}>
              {one.title} · <ToRecord resource={one.resource} id={one.record_id} title={one.record_title} /> ·{" "}
              {one.owner_name ?? one.department_name} · <Due at={one.due_at} />
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  );
}

function ToRecord({ resource, id, title }: { resource: string; id: string; title: string | null }) {
  const path = recordPath(resource, id);
  const name = title ?? id;
  return path ? <Link to={path}>{name}</Link> : <span>{name}</span>;
}

function OneControl({ of: control, clause }: { of: Control; clause: string }) {
  const { t } = useTranslation("regulation");
  const has = useDuty();
  const queries = useQueryClient();
  const [open, setOpen] = useState(false);
  const run = useMutation({
    mutationFn: () =>
      ok(api.POST("/api/v1/regulation/controls/{name}/run", { params: { path: { name: control.name } } } as never)),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["clause"] });
      await queries.invalidateQueries({ queryKey: ["control", control.name] });
      showDone(t("measured"));
    },
  });
  const points = control.history.filter((point) => point.share !== null);
  return (
    <article className={css.control} aria-label={`${clause} ${control.title}`}>
      <h3>
        {control.title} <State of={control.state} />
      </h3>
      <p className={css.figures}>
        <span>{control.share === null ? t("nothing_measured") : t("holds", { share: percent(control.share) })}</span>
        <span>{t("population", { count: control.population })}</span>
        <span>{t("threshold", { green: percent(control.green) })}</span>
        {control.figure !== null ? (
          <span>
            {Number(control.figure.toFixed(2))} {control.figure_unit}
          </span>
        ) : null}
        <When at={control.measured_at} />
      </p>
      {points.length > 2 ? (
        <Chart
          height={160}
          label={t("trend", { title: control.title })}
          option={{
            grid: { left: 44, right: 12, top: 12, bottom: 24 },
            xAxis: { type: "time" },
            yAxis: { type: "value", min: 0, max: 100, axisLabel: { formatter: "{value}%" } },
            series: [
              {
                type: "line",
                showSymbol: false,
                data: points.map((point) => [point.measured_at, Math.round((point.share ?? 0) * 1000) / 10]),
              },
            ],
          }}
        />
      ) : null}
      {has("control.drill") && control.failing > 0 ? (
        <Button onClick={() => setOpen(!open)} aria-expanded={open}>
          {t("failing", { count: control.failing })}
        </Button>
      ) : null}{" "}
      {has("control.run") ? (
        <Button onClick={() => run.mutate()} loading={run.isPending}>
          {t("run")}
        </Button>
      ) : null}
      {open ? <Failing control={control.name} /> : null}
    </article>
  );
}

function Failing({ control }: { control: string }) {
  const { data, error } = useQuery(failingQuery(control));
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  return (
    <ul className={css.rows}>
      {data.items.map((row) => (
        <li key={row.id}>
          <ToRecord resource={row.resource} id={row.id} title={row.title} /> <When at={row.at} />
        </li>
      ))}
    </ul>
  );
}
