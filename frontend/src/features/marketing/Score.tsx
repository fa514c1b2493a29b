import css from "./Score.module.css";

/** A score out of a hundred: the figure, and a bar to compare rows by eye. */
export function Score({ of: score }: { of: number | null }) {
  if (score === null) return <span className="z-none">–</span>;
  return (
    <span className={css.score}>
      <span className={css.track} aria-hidden="true">
        <span className={css.fill} style={{ width: `${score}%` }} />
      </span>
      <span className={css.figure}>{score.toFixed(1)}</span>
    </span>
  );
}
