import { useTranslation } from "react-i18next";
import type { ClauseState } from "./queries";
import css from "./State.module.css";

const MARKS: Record<ClauseState, string> = { green: "✓", amber: "!", red: "✕", grey: "–", unmeasured: "○" };

/** Whether a clause or a control is lived: a mark, a colour, and the word for both. */
export function State({ of: state }: { of: ClauseState }) {
  const { t } = useTranslation("regulation");
  return (
    <span className={`${css.state} ${css[state]}`}>
      <span aria-hidden="true">{MARKS[state]}</span>
      {t(`state_${state}`)}
    </span>
  );
}

/** The mark alone, where the word stands elsewhere. */
export function Mark({ of: state }: { of: ClauseState }) {
  const { t } = useTranslation("regulation");
  return (
    <span
      className={`${css.mark} ${css[state]}`}
      role="img"
      aria-label={t(`state_${state}`)}
      title={t(`state_${state}`)}
    >
      {MARKS[state]}
    </span>
  );
}

/** How many stand where, as one bar from the worst to what nobody measures yet. */
export function Spectrum({ counts }: { counts: [ClauseState, number][] }) {
  return (
    <div className={css.spectrum} aria-hidden="true">
      {counts
        .filter(([, count]) => count > 0)
        .map(([state, count]) => (
          <span key={state} className={css[`fill_${state}`]} style={{ flexGrow: count }} />
        ))}
    </div>
  );
}
