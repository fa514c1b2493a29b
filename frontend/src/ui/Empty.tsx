import type { ReactNode } from "react";
import { ClauseChip } from "./ClauseChip";
import css from "./Empty.module.css";

interface Props {
  /** What is not here yet. */
  title: string;
  /** What this is, and why the company has it. */
  about?: string;
  clause?: string;
  /** The first thing to do. */
  action?: ReactNode;
}

/** Nothing here yet: says what this is, by which clause, and how to begin. */
export function Empty({ title, about, clause, action }: Props) {
  return (
    <div className={css.empty}>
      <svg width="72" height="56" viewBox="0 0 72 56" fill="none" aria-hidden="true">
        <rect x="10" y="6" width="52" height="44" rx="6" className={css.sheet} />
        <path d="M20 18h22M20 27h32M20 36h16" className={css.lines} />
      </svg>
      <h2>{title}</h2>
      {about ? <p>{about}</p> : null}
      {clause ? <ClauseChip clause={clause} /> : null}
      {action ? <div className={css.action}>{action}</div> : null}
    </div>
  );
}
