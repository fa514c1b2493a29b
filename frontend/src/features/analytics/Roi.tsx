import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import css from "./Roi.module.css";

/** (revenue - cost) / cost; below zero more was spent than came in. Null where nothing was spent: not known. */
export function Roi({ of: roi }: { of: number | null }) {
  const language = useLanguage();
  if (roi === null) return <span className="z-none">–</span>;
  const figure = `${roi < 0 ? "−" : ""}${percent(Math.abs(roi), language, 0)}`;
  return <span className={roi < 0 ? `z-figures ${css.loss}` : "z-figures"}>{figure}</span>;
}
