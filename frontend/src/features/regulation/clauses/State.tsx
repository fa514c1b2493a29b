import { useTranslation } from "react-i18next";
import css from "./clauses.module.css";

const MARKS: Record<string, string> = { green: "✓", amber: "!", red: "✕", grey: "–", unmeasured: "○" };

/** Whether a clause is lived: a mark, a colour, and the word for both. */
export function State({ of: state }: { of: string }) {
  const { t } = useTranslation("regulation");
  return (
    <span className={`${css.state} ${css[state] ?? ""}`}>
      <span aria-hidden="true">{MARKS[state] ?? "○"}</span>
      {t(`state_${state}`)}
    </span>
  );
}
