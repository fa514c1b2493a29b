import { Money } from "@/ui/Money";
import css from "./Amount.module.css";
import type { SpendRow } from "./queries";

/** The sum of a row of the ledger: what was taken back is struck out, and its opposite stands under zero. */
export function Amount({ of: { amount, status } }: { of: Pick<SpendRow, "amount" | "status"> }) {
  const className = status === "reversed" ? css.reversed : status === "reversal" ? css.reversal : undefined;
  return (
    <span className={className}>
      <Money amount={amount} />
    </span>
  );
}
