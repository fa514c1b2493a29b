import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import css from "./Kpi.module.css";

interface Figure {
  label: string;
  value: ReactNode;
  /** What it is measured against: a target, the period before. */
  note?: ReactNode;
  tone?: "good" | "warn" | "bad";
  /** The records behind the number. */
  to?: string;
}

/** Figures in a row, each with the way to the records behind it. */
export function Kpis({ of }: { of: Figure[] }) {
  return (
    <div className={css.kpis}>
      {of.map((figure) => (
        <Kpi key={figure.label} {...figure} />
      ))}
    </div>
  );
}

export function Kpi({ label, value, note, tone, to }: Figure) {
  const matter = (
    <>
      <span className={css.label}>{label}</span>
      <span className={tone ? `${css.value} ${css[tone]}` : css.value}>{value}</span>
      {note ? <span className={css.note}>{note}</span> : null}
    </>
  );
  return to ? (
    <Link to={to} className={`${css.kpi} ${css.leads}`}>
      {matter}
    </Link>
  ) : (
    <div className={css.kpi}>{matter}</div>
  );
}
