import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";

const MOST = 10; // beyond the tenfold there was next to nothing before, and the figure says nothing

/** How a figure compares with the period before; nothing where there was none. */
export function Change({ now, then }: { now: number | null; then: number | null | undefined }) {
  const { t } = useTranslation("funnel");
  const language = useLanguage();
  if (now === null || then === null || then === undefined || then === 0) return null;
  const change = (now - then) / Math.abs(then);
  if (Math.abs(change) > MOST) return null;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  return (
    <span className="z-figures">{t("against_before", { change: sign + percent(Math.abs(change), language) })}</span>
  );
}
