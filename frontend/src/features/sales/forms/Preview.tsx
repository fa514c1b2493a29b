import { useTranslation } from "react-i18next";
import css from "./Preview.module.css";
import type { LeadFormIn, Question } from "./queries";

const WIDE = new Set(["need"]);

/** The page as visitors will see it; nothing in it can be filled in. */
export function Preview({
  of: form,
}: {
  of: Partial<Pick<LeadFormIn, "title" | "intro" | "fields" | "consent_text">>;
}) {
  const { t } = useTranslation("lead_form");
  const asked = (form.fields ?? []).filter(Boolean);
  return (
    <div className={css.ground} role="img" aria-label={t("preview_of", { title: form.title ?? "" })}>
      <div className={css.card}>
        <strong className={css.title}>{form.title || t("name_example")}</strong>
        {form.intro ? <p className={css.intro}>{form.intro}</p> : null}
        {asked.map((question) => (
          <div key={question.name} className={css.row}>
            <span className={css.label}>
              {question.label || t(`questions.${question.name}`)}
              {question.required === false ? <span className={css.hint}>{t("optional")}</span> : null}
            </span>
            <Answer of={question} />
          </div>
        ))}
        <div className={css.consent}>
          <span className={css.box} />
          <span>{form.consent_text}</span>
        </div>
        <span className={css.send}>{t("send")}</span>
      </div>
    </div>
  );
}

function Answer({ of: { name, options = [] } }: { of: Question }) {
  const { t } = useTranslation("lead_form");
  if (options.length > 0) {
    return (
      <span className={`${css.input} ${css.select}`}>
        {t("choose")}
        <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
          <path d="M2 4l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </svg>
      </span>
    );
  }
  return <span className={WIDE.has(name) ? `${css.input} ${css.wide}` : css.input} />;
}
