import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { count } from "@/lib/numbers";
import type { Limit } from "./queries";

/** A limit in words: '4 个工作小时'. */
export function LimitText({ amount, unit }: Pick<Limit, "amount" | "unit">) {
  const { t } = useTranslation("limits");
  const language = useLanguage();
  return <span className="z-figures">{t(`amount_${unit}`, { count: amount, amount: count(amount, language) })}</span>;
}
