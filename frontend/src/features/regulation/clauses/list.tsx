import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { clausePath } from "@/lib/resources";
import { Failure } from "@/ui/Failure";
import { Page } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import css from "./clauses.module.css";
import { type ClauseRow, regulationQuery } from "./queries";
import { State } from "./State";

const STATES = ["red", "amber", "green", "grey", "unmeasured"] as const;

/** The regulation, alive: every clause with the colour that its controls measured. */
export default function Regulation() {
  const { t } = useTranslation("regulation");
  const { data, error } = useQuery(regulationQuery());
  const [only, setOnly] = useState<string | null>(null);
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  const clauses = data.items.filter((clause) => !clause.is_chapter);
  const chapters = data.items.filter((clause) => clause.is_chapter);
  const shown = clauses.filter((clause) => only === null || clause.state === only);
  return (
    <Page title={t("title")} about={t("about", { number: data.version.number })} width="reading">
      <fieldset className={css.counts} aria-label={t("filter")} style={PLAIN}>
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={only === state}
            onClick={() => setOnly(only === state ? null : state)}
          >
            <State of={state} /> {clauses.filter((clause) => clause.state === state).length}
          </button>
        ))}
      </fieldset>
      {chapters.map((chapter) => {
        const inside = shown.filter((clause) => clause.chapter === chapter.chapter);
        if (inside.length === 0) return null;
        return (
          <section key={chapter.clause}>
            <h2 className={css.chapter}>
              {chapter.clause} {chapter.text}
            </h2>
            <ul className={css.clauses}>
              {inside.map((clause) => (
                <OneClause key={clause.clause} of={clause} />
              ))}
            </ul>
          </section>
        );
      })}
    </Page>
  );
}

const PLAIN = { border: 0, padding: 0, margin: "0 0 24px" };

function OneClause({ of: clause }: { of: ClauseRow }) {
  const { t } = useTranslation("regulation");
  const { open, late } = clause.obligations;
  return (
    <li className={css.clause}>
      <span className={css.number}>{clause.clause}</span>
      <Link to={clausePath(clause.clause)} className={css.text}>
        {clause.text}
      </Link>
      <State of={clause.state} />
      <span className={css.about}>
        {clause.control_text}
        {open > 0 ? ` · ${t("open", { count: open })}` : ""}
        {late > 0 ? <span className={css.late}> · {t("late", { count: late })}</span> : null}
      </span>
    </li>
  );
}
