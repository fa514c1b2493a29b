import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useLanguage } from "@/i18n";
import { count, percent } from "@/lib/numbers";
import css from "./Funnel.module.css";

export interface Stage {
  key: string;
  label: string;
  count: number;
  /** Beside the count: a sum, an average age. */
  note?: ReactNode;
  /** The records of this stage. */
  to?: string;
}

/** Stages from the widest to the narrowest, what share of each went on to the next, and the way to the records. */
export function Funnel({ stages }: { stages: Stage[] }) {
  const language = useLanguage();
  const most = Math.max(1, ...stages.map((stage) => stage.count));
  return (
    <ol className={css.funnel}>
      {stages.map((stage, index) => {
        const before = stages[index - 1];
        const figure = count(stage.count, language);
        return (
          <li key={stage.key}>
            <span className={css.label}>{stage.label}</span>
            <span className={css.track}>
              <span className={css.bar} style={{ width: `${Math.max(0.5, (100 * stage.count) / most)}%` }} />
            </span>
            <span className={css.count}>{stage.to ? <Link to={stage.to}>{figure}</Link> : figure}</span>
            <span className={css.rate}>
              {before && before.count > 0 ? percent(stage.count / before.count, language) : ""}
            </span>
            {stage.note ? <span className={css.note}>{stage.note}</span> : null}
          </li>
        );
      })}
    </ol>
  );
}
