import css from "./Deviation.module.css";

const FAR = 50; // per cent, as the control of 3.1.2 measures

/** By how much reality differs from a forecast, in per cent; beyond a half it is marked. */
export function Deviation({ of: error }: { of: number | null }) {
  if (error === null) return <span className="z-none">–</span>;
  const figure = `${error > 0 ? "+" : error < 0 ? "−" : ""}${Math.abs(error).toFixed(1)}%`;
  return <span className={Math.abs(error) > FAR ? `z-figures ${css.far}` : "z-figures"}>{figure}</span>;
}
