import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import type { Rule } from "./queries";
import css from "./scoring-models.module.css";

/** The rules of one side of a model: what each is called, what it looks at, and what it brings. */
export function RulesTable({ rules, most }: { rules: Rule[]; most: number }) {
  const { t } = useTranslation("scoring_model");
  const language = useLanguage();
  const sum = rules.reduce((total, { points }) => total + Math.max(0, points), 0);
  return (
    <>
      <div className={css.scroll}>
        <table className={css.rules}>
          <thead>
            <tr>
              <th scope="col">{t("rule")}</th>
              <th scope="col">{t("looks_at")}</th>
              <th scope="col" className={css.figure}>
                {t("points")}
              </th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule) => (
              <tr key={`${rule.field} ${rule.test} ${String(rule.value)} ${rule.label.zh}`}>
                <th scope="row">{language === "en" ? rule.label.en : rule.label.zh}</th>
                <td>
                  <Condition of={rule} />
                </td>
                <td className={css.figure}>{rule.points > 0 ? `+${rule.points}` : `−${-rule.points}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className={css.sum}>{t(sum > most ? "capped" : "sums", { sum, most })}</p>
    </>
  );
}

function Condition({ of: rule }: { of: Rule }) {
  const { t } = useTranslation("scoring_model");
  const field = rule.field.startsWith("facts.") ? rule.field.slice("facts.".length) : t(`fields.${rule.field}`);
  const value = Array.isArray(rule.value) ? rule.value.join("、") : (rule.value ?? "");
  return <>{t(`says.${rule.test}`, { field, value })}</>;
}
