import dayjs from "dayjs";
import { dayOf } from "@/lib/time";

/** Days of the company's calendar, YYYY-MM-DD; `to` is the day after the last, as on the wire. */
export interface Period {
  from: string;
  to: string;
}

const WIRE = "YYYY-MM-DD";

/** The periods that people ask for by name, counted back from today. */
export const NAMED: Record<string, (today: dayjs.Dayjs) => Period> = {
  days_30: (today) => period(today.subtract(29, "day"), today.add(1, "day")),
  month: (today) => period(today.startOf("month"), today.add(1, "day")),
  last_month: (today) => period(today.subtract(1, "month").startOf("month"), today.startOf("month")),
  half: (today) => period(today.subtract(5, "month").startOf("month"), today.add(1, "day")),
  year: (today) => period(today.subtract(11, "month").startOf("month"), today.add(1, "day")),
};

export type PeriodName = keyof typeof NAMED;

/** A named period as it is today. */
export function named(name: PeriodName): Period {
  return (NAMED[name] ?? thirtyDays)(dayjs(dayOf(Date.now())));
}

function thirtyDays(today: dayjs.Dayjs): Period {
  return period(today.subtract(29, "day"), today.add(1, "day"));
}

function period(from: dayjs.Dayjs, to: dayjs.Dayjs): Period {
  return { from: from.format(WIRE), to: to.format(WIRE) };
}

/** The number of days. */
export function daysOf({ from, to }: Period): number {
  return dayjs(to).diff(from, "day");
}

/** The period of the same length just before. */
export function before(of: Period): Period {
  return period(dayjs(of.from).subtract(daysOf(of), "day"), dayjs(of.from));
}

/** One month (YYYY-MM) or one day (YYYY-MM-DD) as a period, as far as it lies within another. */
export function within(key: string, of: Period): Period {
  const whole = key.length === 7;
  const from = whole ? `${key}-01` : key;
  const to = dayjs(from)
    .add(1, whole ? "month" : "day")
    .format(WIRE);
  const [, later = from] = [from, of.from].sort(); // days in the form of the wire sort as text
  const [earlier = to] = [to, of.to].sort();
  return { from: later, to: earlier };
}
