import type { Month } from "./queries";
import css from "./Spark.module.css";

const [WIDE, HIGH, GAP] = [120, 28, 2];

/** The months in small: revenue upward, and what was spent as a mark across each; both to one scale. */
export function Spark({ of: months, label }: { of: Month[]; label: string }) {
  const most = Math.max(1, ...months.flatMap(({ revenue, cost }) => [Number(revenue), Number(cost)]));
  const step = WIDE / Math.max(1, months.length);
  const up = (amount: string) => Math.max(0, (Number(amount) / most) * (HIGH - 2));
  return (
    <svg viewBox={`0 0 ${WIDE} ${HIGH}`} width={WIDE} height={HIGH} role="img" aria-label={label}>
      {months.map(({ month, revenue, cost }, index) => (
        <g key={month} transform={`translate(${index * step} 0)`}>
          <rect className={css.revenue} y={HIGH - 1 - up(revenue)} width={step - GAP} height={up(revenue) + 1} rx="1" />
          {Number(cost) > 0 ? (
            <rect className={css.cost} y={HIGH - 1 - up(cost)} width={step - GAP} height="1.5" />
          ) : null}
        </g>
      ))}
    </svg>
  );
}
