/** Exact sums of lines while one writes, as the database will make them: in fen, halves rounded up, never through a float. */

/** "1280.5" -> 128050n with two decimals; null or empty is nothing. */
function scaled(decimal: string | null | undefined, places: number): bigint {
  const [whole = "0", part = ""] = (decimal || "0").split(".");
  return BigInt(whole + part.slice(0, places).padEnd(places, "0"));
}

function written(fen: bigint): string {
  const text = String(fen).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}

export interface LineDraft {
  quantity?: string | null;
  /** The catalogue's price for one unit. */
  price?: string | null;
  discount?: string | null;
  /** Per cent, within the price. */
  tax_rate?: string | null;
}

export interface Sums {
  gross: string;
  discount: string;
  total: string;
  tax: string;
}

/** What lines come to; a discount beyond its line counts as the whole line. */
export function sumsOf(lines: LineDraft[]): Sums {
  let [gross, discount, tax] = [0n, 0n, 0n];
  for (const line of lines) {
    const listed = (scaled(line.quantity, 3) * scaled(line.price, 2) + 500n) / 1000n;
    const asked = scaled(line.discount, 2);
    const off = asked > listed ? listed : asked;
    const rate = scaled(line.tax_rate, 2);
    const base = (listed - off) * rate;
    const whole = 10_000n + rate;
    gross += listed;
    discount += off;
    tax += (2n * base + whole) / (2n * whole);
  }
  return {
    gross: written(gross),
    discount: written(discount),
    total: written(gross - discount),
    tax: written(tax),
  };
}

/** What is still to pay of an order, as a decimal string. */
export function toPay({ total, paid }: { total: string; paid: string }): string {
  return written(scaled(total, 2) - scaled(paid, 2));
}
