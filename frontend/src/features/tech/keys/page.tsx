import { KeyOutlined } from "@ant-design/icons";
import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { useLanguage } from "@/i18n";
import { count } from "@/lib/numbers";
import { ClauseChip } from "@/ui/ClauseChip";
import { Failure } from "@/ui/Failure";
import { JobProgress } from "@/ui/JobProgress";
import { Kpis } from "@/ui/Kpi";
import { ask, showDone } from "@/ui/notices";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { useResourceWord } from "../audit/words";
import css from "./keys.module.css";

type Keys = components["schemas"]["KeysOut"];

const keysQuery = () => queryOptions({ queryKey: ["key"], queryFn: () => ok(api.GET("/api/v1/tech/keys")) });

/** 7.3.2 Which key seals the personal fields, and their rotation. The keys themselves never leave the house. */
export default function KeysPage() {
  const { t } = useTranslation("keys");
  const language = useLanguage();
  const has = useDuty();
  const queries = useQueryClient();
  const { data: keys, error } = useQuery(keysQuery());
  const rotate = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/tech/keys/rotate")),
    onSuccess: async () => {
      showDone(t("begun"));
      await queries.invalidateQueries({ queryKey: ["key"] });
    },
  });
  if (error) return <Failure error={error} />;
  if (!keys) return <Waiting />;
  const { rotation } = keys;
  const running = rotation?.status === "running";
  const older = keys.fields.filter(({ key_number }) => key_number !== keys.current);

  async function begin() {
    if (await ask({ title: t("rotate_title"), consequences: t("rotate_about"), yes: t("rotate") })) rotate.mutate();
  }

  return (
    <Page
      width="reading"
      title={t("title")}
      about={t("about")}
      tags={<ClauseChip clause="7.3.2" />}
      actions={
        has("key.rotate") ? (
          <Button type="primary" icon={<KeyOutlined />} loading={rotate.isPending} disabled={running} onClick={begin}>
            {t("rotate")}
          </Button>
        ) : null
      }
    >
      <div className={css.state}>
        <Kpis
          of={[
            { label: t("current"), value: t("number", { number: keys.current }), note: t("current_about") },
            { label: t("ring"), value: count(keys.key_numbers.length, language), note: t("ring_about") },
            {
              label: t("older"),
              value: count(
                older.reduce((sum, { values }) => sum + values, 0),
                language,
              ),
              tone: older.length > 0 && !running ? "warn" : undefined,
              note: t("older_about"),
            },
          ]}
        />
      </div>
      <Section title={t("rotation")}>
        {rotation === null ? <p className={css.quiet}>{t("never")}</p> : null}
        {running ? (
          <JobProgress<Keys>
            query={keysQuery()}
            label={t("resealing", { number: rotation.key_number })}
            paceOf={({ rotation: now }) => ({
              done: now?.done ?? 0,
              total: now?.total ?? null,
              state: now?.status === "done" ? "done" : "running",
            })}
          />
        ) : rotation ? (
          <p className={css.last}>
            {t("rotated", { number: rotation.key_number, values: count(rotation.done, language) })}{" "}
            <When at={rotation.ended_at ?? rotation.at} />
          </p>
        ) : null}
      </Section>
      <Section title={t("fields")} flush>
        <Fields of={keys} />
      </Section>
    </Page>
  );
}

function Fields({ of: keys }: { of: Keys }) {
  const { t } = useTranslation(["keys", "field"]);
  const language = useLanguage();
  const resourceWord = useResourceWord();
  return (
    <table className={css.fields}>
      <thead>
        <tr>
          <th scope="col">{t("table")}</th>
          <th scope="col">{t("field")}</th>
          <th scope="col">{t("key")}</th>
          <th scope="col">{t("values")}</th>
        </tr>
      </thead>
      <tbody>
        {keys.fields.map(({ table, field, key_number, values }) => (
          <tr key={`${table} ${field} ${key_number}`}>
            <td>{resourceWord(table)}</td>
            <td>{t(`field:${field}`, { defaultValue: field })}</td>
            <td>
              {t("number", { number: key_number })}{" "}
              {key_number === keys.current ? null : <span className={css.old}>{t("is_older")}</span>}
            </td>
            <td>{count(values, language)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
