import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import dayjs from "dayjs";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useLanguage } from "@/i18n";
import { date, dayOf } from "@/lib/time";
import { ClauseChip } from "@/ui/ClauseChip";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { useListQuery } from "@/ui/table/listing";
import { Waiting } from "@/ui/Waiting";
import css from "./calendar.module.css";
import { ExceptionForm, HoursForm } from "./form";
import { type Calendar, calendarQuery, type Day, daysQuery } from "./queries";

/** 1.2 When the company works: by this, every limit in working time is counted. */
export default function CalendarPage() {
  const { t } = useTranslation("calendar");
  const language = useLanguage();
  const has = useDuty();
  const [query, change] = useListQuery(true);
  const { data: calendar, error } = useQuery(calendarQuery());
  const [chosen, choose] = useState<Day | null>(null);
  const [hours, setHours] = useState(false);
  const month = dayjs(`${query.month ?? dayOf(Date.now()).slice(0, 7)}-01`);
  const days = useQuery(daysQuery(month.format("YYYY-MM-DD"), month.add(1, "month").format("YYYY-MM-DD")));
  if (error) return <Failure error={error} />;
  if (!calendar) return <Waiting />;
  const may = has("calendar.update");
  const go = (months: number) => change({ month: month.add(months, "month").format("YYYY-MM") });
  const worked = days.data?.items.filter(({ works }) => works).length;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      tags={<ClauseChip clause="1.2" />}
      aside={
        <>
          <Section
            title={t("hours")}
            extra={
              may ? (
                <Button size="small" onClick={() => setHours(true)}>
                  {t("edit")}
                </Button>
              ) : null
            }
          >
            <p className={css.hours}>{written(calendar.hours)}</p>
            <p className={css.quiet}>{t("hours_about")}</p>
          </Section>
          <Exceptions of={calendar} onMonth={(chosenMonth) => change({ month: chosenMonth })} />
        </>
      }
    >
      <Section
        title={
          <span className={css.month}>
            <Button type="text" icon={<LeftOutlined />} aria-label={t("month_before")} onClick={() => go(-1)} />
            <span aria-live="polite">
              {new Intl.DateTimeFormat(language, { year: "numeric", month: "long" }).format(month.toDate())}
            </span>
            <Button type="text" icon={<RightOutlined />} aria-label={t("month_after")} onClick={() => go(1)} />
            <Button size="small" onClick={() => change({ month: undefined })}>
              {t("today")}
            </Button>
          </span>
        }
        extra={worked === undefined ? null : <span className={css.quiet}>{t("worked", { count: worked })}</span>}
      >
        {days.error ? <Failure error={days.error} /> : null}
        <Month days={days.data?.items ?? []} onChoose={may ? choose : undefined} usual={written(calendar.hours)} />
        <p className={css.quiet}>{t(may ? "choose_day" : "who_changes")}</p>
      </Section>
      <HoursForm calendar={calendar} open={hours} onClose={() => setHours(false)} />
      <ExceptionForm
        calendar={calendar}
        day={chosen}
        title={chosen ? date(chosen.day, language) : ""}
        onClose={() => choose(null)}
      />
    </Page>
  );
}

function Exceptions({ of, onMonth }: { of: Calendar; onMonth: (month: string) => void }) {
  const { t } = useTranslation("calendar");
  const language = useLanguage();
  return (
    <Section title={t("exceptions")}>
      {of.exceptions.length === 0 ? <p className={css.quiet}>{t("no_exceptions")}</p> : null}
      <ul className={css.exceptions}>
        {of.exceptions.map(({ day, intervals, reason }) => (
          <li key={day}>
            <button type="button" onClick={() => onMonth(day.slice(0, 7))}>
              {date(day, language)}
            </button>
            <span>{reason}</span>
            <span className={css.quiet}>{intervals.length > 0 ? written(intervals) : t("closed")}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** '09:00–12:00 · 13:00–18:00'. */
function written(intervals: { begins: string; ends: string }[]): string {
  return intervals.map(({ begins, ends }) => `${begins}–${ends}`).join(" · ");
}

const PLAIN_WEEKEND = /^(周末|週末|weekend)$/; // what everybody knows needs no saying
const WEEK = [1, 2, 3, 4, 5, 6, 0]; // Monday first

function Month({ days, usual, onChoose }: { days: Day[]; usual: string; onChoose: ((day: Day) => void) | undefined }) {
  const { t } = useTranslation("calendar");
  const language = useLanguage();
  const today = dayOf(Date.now());
  const first = days[0] ? (dayjs(days[0].day).day() + 6) % 7 : 0;
  const weekday = new Intl.DateTimeFormat(language, { weekday: "short" });
  return (
    <div className={css.grid}>
      {WEEK.map((day) => (
        // 4 January 1970 was a Sunday.
        <span key={day} className={css.weekday}>
          {weekday.format(new Date(1970, 0, 4 + day))}
        </span>
      ))}
      {days.map((day, index) => {
        const weekend = [0, 6].includes(dayjs(day.day).day());
        const made_up = day.works && weekend;
        const matter = (
          <>
            <span className={css.date}>{Number(day.day.slice(-2))}</span>
            <span className={made_up ? css.madeUp : day.works ? "z-hidden" : css.free}>
              {t(made_up ? "made_up" : day.works ? "works" : "free")}
            </span>
            {day.why && !PLAIN_WEEKEND.test(day.why) ? <span className={css.why}>{day.why}</span> : null}
            {day.works && written(day.hours) !== usual ? <span className={css.why}>{written(day.hours)}</span> : null}
          </>
        );
        const look = [
          css.day,
          day.works ? "" : css.off,
          made_up ? css.extra : "",
          day.day === today ? css.today : "",
        ].join(" ");
        const place = index === 0 ? { gridColumnStart: first + 1 } : undefined;
        return onChoose ? (
          <button key={day.day} type="button" className={look} style={place} onClick={() => onChoose(day)}>
            {matter}
          </button>
        ) : (
          <div key={day.day} className={look} style={place}>
            {matter}
          </div>
        );
      })}
    </div>
  );
}
