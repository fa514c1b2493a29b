import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { dayQuery, useDuty } from "@/api/me";
import { useLanguage } from "@/i18n";
import { useNow } from "@/lib/screen";
import { relative } from "@/lib/time";
import { ClauseChip } from "@/ui/ClauseChip";
import { Due } from "@/ui/Due";
import { readPage } from "@/ui/table/listing";
import css from "./DueNow.module.css";

/** What the regulation makes due with one record: until when, for whom, and to whom it climbs; nothing where nothing is. */
export function DueNow({ resource, id }: { resource: string; id: string }) {
  const { t } = useTranslation(["kit", "day"]);
  const language = useLanguage();
  const now = useNow();
  const has = useDuty();
  const { data: day } = useQuery(dayQuery);
  const { data: listed } = useQuery({
    // Of the record's own queries: a step that meets an obligation refreshes it.
    queryKey: [resource, id, "due"],
    queryFn: () =>
      readPage("/api/v1/regulation/obligations", { record_id: id, status: "due,warned,late", sort: "due_at" }),
    enabled: has("obligation.read"),
  });
  // A person's own day holds also what a department of theirs has to do; the register, what others have.
  const mine = day?.items.filter((item) => item.record_id === id) ?? [];
  const others = listed?.items.filter(({ id: key }) => !mine.some((item) => item.id === key)) ?? [];
  const dues = [
    ...mine.map((item) => ({ ...item, who: item.holder_name })),
    ...others.map((item) => ({
      ...item,
      state: item.status,
      who: item.owner_name ?? item.department_name,
      climbs_to: null,
      climbs_at: null,
    })),
  ].sort((a, b) => a.due_at.localeCompare(b.due_at));
  if (dues.length === 0) return null;
  return (
    <ul className={css.dues} aria-label={t("due_now")}>
      {dues.map(({ id: key, title, clause, state, due_at, warn_at, who, climbs_to, climbs_at }) => (
        <li key={key} className={state === "late" ? css.late : undefined}>
          <strong>{title}</strong>
          <ClauseChip clause={clause} />
          <span className={css.who}>{who}</span>
          <Due at={due_at} warnAt={warn_at} />
          {climbs_to && climbs_at ? (
            <small className={css.climbs}>
              {Date.parse(climbs_at) > now
                ? t("day:climbs", { who: climbs_to, when: relative(climbs_at, language, now) })
                : t("day:climbed", { who: climbs_to })}
            </small>
          ) : null}
        </li>
      ))}
    </ul>
  );
}
