import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { count, percent } from "@/lib/numbers";
import { clausePath } from "@/lib/resources";
import { ClauseChip } from "@/ui/ClauseChip";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { useListQuery } from "@/ui/table/listing";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { CLAUSE_STATES } from "../clauses/queries";
import { Spectrum, State } from "../clauses/State";
import css from "./list.module.css";
import { controlsQuery } from "./queries";

const STATES = CLAUSE_STATES.filter((state) => state !== "unmeasured");

/** 8.1.2 Everything that is measured, and what nobody measures yet. */
export default function Controls() {
  const { t } = useTranslation(["control", "regulation"]);
  const language = useLanguage();
  const [query, change] = useListQuery(true);
  const { data, error } = useQuery(controlsQuery());
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  const counts = STATES.map((state): [(typeof STATES)[number], number] => [
    state,
    data.items.filter((control) => control.state === state).length,
  ]);
  const shown = data.items.filter(({ state }) => !query.state || state === query.state);
  return (
    <Page title={t("title")} about={t("about", { count: data.items.length })}>
      <div className={css.standing}>
        <Spectrum counts={counts} />
        <fieldset className={css.filter}>
          <legend className="z-hidden">{t("regulation:filter")}</legend>
          {counts.map(([state, many]) => (
            <button
              key={state}
              type="button"
              aria-pressed={query.state === state}
              onClick={() => change({ state: query.state === state ? undefined : state })}
            >
              <State of={state} /> {many}
            </button>
          ))}
        </fieldset>
      </div>
      {shown.length === 0 ? (
        <Empty title={t("none")} about={t("none_about")} clause="8.1.2" />
      ) : (
        <Section flush>
          <ul className={css.rows}>
            {shown.map((control) => (
              <li key={control.name}>
                <ClauseChip clause={control.clause} />
                <Link to={`/regulation/controls/${control.name}`} className={css.name}>
                  {control.title}
                </Link>
                <State of={control.state} />
                <span className={css.share}>{control.share === null ? "–" : percent(control.share, language)}</span>
                <span className={css.note}>
                  {t("green_from", { share: percent(control.green, language) })}
                  {control.population > 0
                    ? ` · ${t("failing_in", { failing: count(control.failing, language), population: count(control.population, language) })}`
                    : ` · ${t("nothing")}`}
                </span>
                <span className={css.when}>
                  <When at={control.measured_at} as="relative" />
                </span>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {data.unmeasured.length > 0 ? (
        <Section title={t("unmeasured", { count: data.unmeasured.length })}>
          <p className={css.note}>{t("unmeasured_about")}</p>
          <ul className={css.clauses}>
            {data.unmeasured.map((clause) => (
              <li key={clause.clause}>
                <span className={css.number}>{clause.clause}</span>
                <div>
                  <Link to={clausePath(clause.clause)}>{clause.text}</Link>
                  {clause.control_text ? <p>{t("regulation:to_measure", { what: clause.control_text })}</p> : null}
                </div>
              </li>
            ))}
          </ul>
        </Section>
      ) : null}
    </Page>
  );
}
