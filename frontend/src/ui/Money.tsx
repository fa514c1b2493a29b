import { useLanguage } from "@/i18n";
import { money, roundMoney, wholeMoney } from "@/lib/numbers";

interface Props {
  /** A decimal string of the wire; null shows a dash. */
  amount: string | null;
  currency?: string;
  /** Without fen, in 万 or millions: for figures that are read, not added up. */
  rounded?: boolean;
  /** To the nearest yuan: for columns of figures that are compared. */
  whole?: boolean;
}

/** A sum of money, in figures of one width. */
export function Money({ amount, currency = "CNY", rounded = false, whole = false }: Props) {
  const language = useLanguage();
  if (amount === null) return <span className="z-none">–</span>;
  const exact = money(amount, language, currency);
  const shown = rounded
    ? roundMoney(amount, language, currency)
    : whole
      ? wholeMoney(amount, language, currency)
      : exact;
  return (
    <span className="z-figures" title={shown === exact ? undefined : exact}>
      {shown}
    </span>
  );
}
