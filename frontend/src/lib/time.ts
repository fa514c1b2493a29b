import type { Language } from "./language";

/** The company's clock: every time is shown in it, wherever the reader sits. */
export const ZONE = "Asia/Shanghai";
/** What that clock is ahead of UTC, all year round. */
export const ZONE_OFFSET = "+08:00";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

type Instant = string | number | Date;

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  let format = made.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, {
      timeZone: ZONE,
      hourCycle: "h23",
      ...options,
    });
    made.set(key, format);
  }
  return format;
}

const CLOCK = { hour: "2-digit", minute: "2-digit" } as const;

/** '2026年11月25日' or '25 November 2026'. A plain date (YYYY-MM-DD) is taken as that day in Shanghai. */
export function date(at: Instant, language: Language): string {
  return formatter(language, { year: "numeric", month: "long", day: "numeric" }).format(instant(at));
}

/** '11月25日' or '25 Nov', for rows whose year is plain from their neighbours. */
export function day(at: Instant, language: Language): string {
  const month = language === "en" ? "short" : "long";
  return formatter(language, { month, day: "numeric" }).format(instant(at));
}

/** '14:05'. */
export function clock(at: Instant, language: Language): string {
  return formatter(language, CLOCK).format(instant(at));
}

/** '2026年11月25日 14:05' or '25 November 2026, 14:05'. */
export function dateTime(at: Instant, language: Language): string {
  return `${date(at, language)}${language === "en" ? ", " : " "}${clock(at, language)}`;
}

/** '今天 14:05', '11月25日 14:05', or with the year where it is another one. */
export function shortDateTime(at: Instant, language: Language, now: Instant = Date.now()): string {
  const gap = language === "en" ? ", " : " ";
  const same = (options: Intl.DateTimeFormatOptions) =>
    formatter(language, options).format(instant(at)) === formatter(language, options).format(instant(now));
  if (same({ year: "numeric", month: "numeric", day: "numeric" })) {
    const today = new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(0, "day");
    return `${language === "en" ? "Today" : today}${gap}${clock(at, language)}`;
  }
  if (same({ year: "numeric" })) return `${day(at, language)}${gap}${clock(at, language)}`;
  return dateTime(at, language);
}

/** '3小时后', '2天前', by the largest unit that fits. */
export function relative(at: Instant, language: Language, now: Instant = Date.now()): string {
  const ahead = instant(at).getTime() - instant(now).getTime();
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto", style: "short" });
  const size = Math.abs(ahead);
  if (size < 45_000) return format.format(0, "second");
  if (size < HOUR) return format.format(Math.round(ahead / 60_000), "minute");
  if (size < DAY) return format.format(Math.round(ahead / HOUR), "hour");
  if (size < 30 * DAY) return format.format(Math.round(ahead / DAY), "day");
  if (size < 365 * DAY) return format.format(Math.round(ahead / (30 * DAY)), "month");
  return format.format(Math.round(ahead / (365 * DAY)), "year");
}

/** The calendar day of an instant in Shanghai, as YYYY-MM-DD. */
export function dayOf(at: Instant): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(instant(at));
}

/** An instant by Shanghai's clock, as YYYY-MM-DD HH:MM. */
export function minuteOf(at: Instant): string {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit", ...CLOCK } as const;
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, ...parts }).format(instant(at));
}

/** Midnight in Shanghai of a YYYY-MM-DD, as the RFC 3339 time that filters take. */
export function startOfDay(ymd: string): string {
  return `${ymd}T00:00:00${ZONE_OFFSET}`;
}

/** A span in words: '2小时30分钟', '3天'. Milliseconds in; two units at most. */
export function span(ms: number, language: Language): string {
  const minutes = Math.max(0, Math.round(ms / 60_000));
  const parts: [number, "day" | "hour" | "minute"][] = [
    [Math.floor(minutes / 1440), "day"],
    [Math.floor((minutes % 1440) / 60), "hour"],
    [minutes % 60, "minute"],
  ];
  return unitsOf(parts, language);
}

const WORKING_DAYS: Record<Language, (days: number) => string> = {
  "zh-CN": (days) => `${days} 个工作日`,
  "zh-TW": (days) => `${days} 個工作日`,
  en: (days) => `${days} working day${days === 1 ? "" : "s"}`,
};
const OF_WORKING_TIME: Record<Language, (span: string) => string> = {
  "zh-CN": (span) => `${span}（工作时间）`,
  "zh-TW": (span) => `${span}（工作時間）`,
  en: (span) => `${span} of working time`,
};

/** A limit in working time, where a working day has eight hours: '1 个工作日 2小时'. Minutes in. */
export function workingSpan(minutes: number, language: Language, dayMinutes = 480): string {
  const whole = Math.max(0, Math.round(minutes));
  const days = Math.floor(whole / dayMinutes);
  const over = whole % dayMinutes;
  const rest = unitsOf(
    [
      [Math.floor(over / 60), "hour"],
      [over % 60, "minute"],
    ],
    language,
  );
  if (days === 0) return OF_WORKING_TIME[language](rest);
  const daysInWords = WORKING_DAYS[language](days);
  return over === 0 ? daysInWords : `${daysInWords} ${rest}`;
}

function unitsOf(parts: [number, "day" | "hour" | "minute"][], language: Language): string {
  const first = parts.findIndex(([amount]) => amount > 0);
  if (first < 0) return unit(0, "minute", language);
  return parts
    .slice(first, first + 2)
    .filter(([amount]) => amount > 0)
    .map(([amount, name]) => unit(amount, name, language))
    .join(" ");
}

function unit(amount: number, name: string, language: Language): string {
  return new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "long" }).format(amount);
}

function instant(at: Instant): Date {
  if (typeof at === "string" && /^\d{4}-\d{2}-\d{2}$/.test(at)) return new Date(startOfDay(at));
  return new Date(at);
}
