import type { ReactNode } from "react";
import css from "./Facts.module.css";

/** The fields of a record as pairs of name and value, in as many columns as there is room for. */
export function Facts({ of }: { of: { label: string; value: ReactNode; wide?: boolean }[] }) {
  return (
    <dl className={css.facts}>
      {of.map(({ label, value, wide }) => (
        <div key={label} className={wide ? css.wide : undefined}>
          <dt>{label}</dt>
          <dd>{value === null || value === undefined || value === "" ? <span className="z-none">–</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}
