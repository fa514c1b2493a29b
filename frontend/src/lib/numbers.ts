import type { Language } from "./language";

type Decimal = string | number;

/** A decimal string of the wire, exact to the last fen: '¥12,800.00'. */
export function money(amount: Decimal, language: Language, currency = "CNY"): string {
  return new Intl.NumberFormat(language, { style: "currency", currency, currencyDisplay: "narrowSymbol" }).format(
    amount as number, // decimal strings are formatted without passing through a float (ES2023), which TypeScript 5 does not know
  );
}

/** A sum to the nearest yuan, for columns that are compared: '¥12,800'. */
export function wholeMoney(amount: Decimal, language: Language, currency = "CNY"): string {
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    maximumFractionDigits: 0,
  }).format(amount as number);
}

/** Large sums where the fen do not matter: '¥128.3万', '¥1.28M'. */
export function roundMoney(amount: Decimal, language: Language, currency = "CNY"): string {
  return new Intl.NumberFormat(language, {
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    notation: "compact",
    maximumFractionDigits: 1,
    minimumFractionDigits: 0,
  }).format(Number(amount));
}

/** '12,800'. */
export function count(amount: number, language: Language): string {
  return new Intl.NumberFormat(language).format(amount);
}

/** A ratio as '12.5%'. */
export function percent(ratio: number, language: Language, digits = 1): string {
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: digits }).format(ratio);
}

/** '3.2 MB'. */
export function bytes(size: number, language: Language): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, size)) / 3));
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: units[step],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  }).format(size / 1000 ** step);
}
