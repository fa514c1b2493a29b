import { useQuery } from "@tanstack/react-query";
import { Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "@/lib/language";
import css from "./detail.module.css";
import { type Clause, wordingQuery } from "./queries";

/** What the clause says: in the reader's language, and in the two others at a touch. */
export function Wording({ of: clause }: { of: Clause }) {
  const { t } = useTranslation("regulation");
  const own = useLanguage();
  const [chosen, choose] = useState<Language | null>(null);
  const language = chosen ?? own;
  const { data: other } = useQuery({ ...wordingQuery(clause.clause, language), enabled: language !== own });
  const text = language === own ? clause.text : other;
  return (
    <section className={css.wording}>
      <p lang={language} aria-live="polite">
        {text ?? clause.text}
      </p>
      <footer>
        <span className={css.quiet}>{clause.owner ? t("owner_is", { owner: t(`owners.${clause.owner}`) }) : null}</span>
        <Segmented<Language>
          size="small"
          aria-label={t("in_language")}
          value={language}
          onChange={choose}
          options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
      </footer>
    </section>
  );
}
