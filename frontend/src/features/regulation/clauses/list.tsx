import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Checkbox, Select } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { clausePath } from "@/lib/resources";
import { date } from "@/lib/time";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { useListQuery } from "@/ui/table/listing";
import { Waiting } from "@/ui/Waiting";
import { ToAcknowledge } from "../acknowledgements/ToAcknowledge";
import { useChapterName } from "./chapters";
import css from "./list.module.css";
import { CLAUSE_STATES, type ClauseRow, OWNERS, type Regulation, regulationQuery } from "./queries";
import { Mark, Spectrum, State } from "./State";

/** The regulation, alive: every clause with the colour that its controls measured. */
export default function RegulationPage() {
  const { t } = useTranslation("regulation");
  const language = useLanguage();
  const { data, error, refetch } = useQuery(regulationQuery());
  if (error) return <Failure error={error} retry={refetch} />;
  if (!data) return <Waiting />;
  const { version } = data;
  return (
    <Page
      title={version.title}
      about={t("about", {
        number: version.number,
        from: version.in_force_from ? date(version.in_force_from, language) : "–",
      })}
      actions={
        <>
          <LinkButton to="/regulation/controls">{t("controls")}</LinkButton>
          <LinkButton to="/regulation/limits">{t("limits")}</LinkButton>
          <LinkButton to="/regulation/versions">{t("versions")}</LinkButton>
        </>
      }
    >
      <ToAcknowledge version={version} />
      <Clauses of={data} />
    </Page>
  );
}

function Clauses({ of: { items, counts } }: { of: Regulation }) {
  const { t } = useTranslation("regulation");
  const chapterName = useChapterName();
  const [query, change] = useListQuery(true);
  const clauses = items.filter(({ is_chapter }) => !is_chapter);
  const shown = clauses.filter(
    ({ state, owner, obligations }) =>
      (!query.state || state === query.state) &&
      (!query.owner || owner === query.owner) &&
      (!query.late || obligations.late > 0),
  );
  const chapters = items
    .filter(({ is_chapter }) => is_chapter)
    .map((chapter) => ({ ...chapter, clauses: shown.filter((clause) => clause.chapter === chapter.chapter) }));
  const open = clauses.reduce((sum, { obligations }) => sum + obligations.open, 0);
  const late = clauses.reduce((sum, { obligations }) => sum + obligations.late, 0);
  return (
    <>
      <section className={css.standing} aria-label={t("standing")}>
        <Spectrum counts={CLAUSE_STATES.map((state) => [state, counts[state] ?? 0])} />
        <fieldset className={css.filter}>
          <legend className="z-hidden">{t("filter")}</legend>
          {CLAUSE_STATES.map((state) => (
            <button
              key={state}
              type="button"
              aria-pressed={query.state === state}
              onClick={() => change({ state: query.state === state ? undefined : state })}
            >
              <State of={state} />
              <span className={css.count}>{counts[state] ?? 0}</span>
            </button>
          ))}
          <span className={css.narrow}>
            <Select
              aria-label={t("owner")}
              placeholder={t("owner")}
              allowClear
              value={query.owner}
              onChange={(owner?: string) => change({ owner })}
              options={OWNERS.map((owner) => ({ value: owner, label: t(`owners.${owner}`) }))}
              popupMatchSelectWidth={false}
            />
            <Checkbox
              checked={query.late === "true"}
              onChange={({ target }) => change({ late: target.checked ? "true" : undefined })}
            >
              {t("only_late", { count: late })}
            </Checkbox>
          </span>
        </fieldset>
        <p className={css.sum}>
          {t("clauses", { count: clauses.length })} · {t("open", { count: open })}
          {late > 0 ? <span className={css.late}> · {t("late", { count: late })}</span> : null}
        </p>
      </section>
      <div className={css.book}>
        <nav className={css.contents} aria-label={t("contents")}>
          <ol>
            {chapters.map((chapter) => (
              <li key={chapter.clause}>
                <a href={`#chapter-${chapter.clause}`} className={chapter.clauses.length > 0 ? undefined : css.out}>
                  <Mark of={chapter.state} />
                  <span>{chapter.text}</span>
                  <span className={css.count}>{chapter.clauses.length}</span>
                </a>
              </li>
            ))}
          </ol>
        </nav>
        <div className={css.text}>
          {shown.length === 0 ? <Empty title={t("none")} about={t("none_about")} clause="1.1" /> : null}
          {chapters
            .filter((chapter) => chapter.clauses.length > 0)
            .map((chapter) => (
              <section key={chapter.clause} id={`chapter-${chapter.clause}`} className={css.chapter}>
                <h2>{chapterName(chapter.clause, chapter.text)}</h2>
                <ol>
                  {chapter.clauses.map((clause) => (
                    <OneClause key={clause.clause} of={clause} />
                  ))}
                </ol>
              </section>
            ))}
        </div>
      </div>
    </>
  );
}

function OneClause({ of: clause }: { of: ClauseRow }) {
  const { t } = useTranslation("regulation");
  const language = useLanguage();
  const { open, late } = clause.obligations;
  return (
    <li className={css.clause}>
      <span className={css.number}>{clause.clause}</span>
      <div className={css.matter}>
        <Link to={clausePath(clause.clause)} className={css.wording}>
          {clause.text}
        </Link>
        {clause.controls.length > 0 ? (
          <ul className={css.controls}>
            {clause.controls.map((control) => (
              <li key={control.name}>
                <Mark of={control.state} />
                <span>{control.title}</span>
                <span className={css.share}>
                  {control.share === null ? t("nothing_measured") : percent(control.share, language)}
                </span>
              </li>
            ))}
          </ul>
        ) : clause.control_text ? (
          <p className={css.about}>{t("to_measure", { what: clause.control_text })}</p>
        ) : null}
        <p className={css.about}>
          {clause.owner ? t(`owners.${clause.owner}`) : null}
          {open > 0 ? ` · ${t("open", { count: open })}` : null}
          {late > 0 ? <span className={css.late}> · {t("late", { count: late })}</span> : null}
        </p>
      </div>
      <State of={clause.state} />
    </li>
  );
}
