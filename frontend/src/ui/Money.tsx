import { useLanguage } from "@/i18n";
import { money, roundMoney } from "@/lib/numbers";

interface Props {
  /** A decimal string of the wire; null shows a dash. */
  amount: string | null;
  currency?: string;
  /** Without fen, in 万 or millions: for figures that are read, not added up. */
  rounded?: boolean;
}

/** A sum of money, in figures of one width. */
export function Money({ amount, currency = "CNY", rounded = false }: Props) {
  const language = useLanguage();
  if (amount === null) return <span className="z-none">–</span>;
  const exact = money(amount, language, currency);
  return (
    <span className="z-figures" title={rounded ? exact : undefined}>
      {rounded ? roundMoney(amount, language, currency) : exact}
    </span>
  );
}
