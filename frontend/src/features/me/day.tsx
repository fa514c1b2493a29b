import { RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Segmented, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { type DayItem, dayQuery } from "@/api/me";
import { currentSession } from "@/api/session";
import { useLanguage } from "@/i18n";
import { recordPath } from "@/lib/resources";
import { useNow } from "@/lib/screen";
import { date, dayOf, relative } from "@/lib/time";
import { ClauseChip } from "@/ui/ClauseChip";
import { Due } from "@/ui/Due";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import css from "./day.module.css";

/** What the regulation makes due for this person: late first, then today, then later. */
export default function MyDay() {
  const { t } = useTranslation("day");
  const language = useLanguage();
  const now = useNow();
  const [whose, setWhose] = useState<"mine" | "all">("mine");
  const { data, error, isPending, refetch } = useQuery(dayQuery);
  const session = currentSession();
  const name = session.state === "in" ? session.account.name : "";

  const items = data?.items ?? [];
  const shown = whose === "mine" ? items.filter(({ mine }) => mine) : items;
  const groups = grouped(shown, now);
  const ofOthers = items.some(({ mine }) => !mine);
  return (
    <Page
      width="reading"
      tab={t("title")}
      title={t(`greeting.${partOfDay(now)}`, { name })}
      about={
        <>
          {date(now, language)}
          {data ? ` · ${summary()}` : null}
        </>
      }
      actions={
        ofOthers ? (
          <Segmented
            value={whose}
            onChange={setWhose}
            options={[
              { value: "mine", label: t("mine") },
              { value: "all", label: t("all") },
            ]}
          />
        ) : null
      }
    >
      {isPending ? (
        <Skeleton active paragraph={{ rows: 8 }} />
      ) : error ? (
        <Failure error={error} retry={refetch} />
      ) : shown.length === 0 ? (
        <Empty title={t("empty")} about={t("empty_about")} clause="8.1.1" />
      ) : (
        (["late", "today", "later"] as const).map((key) =>
          groups[key].length > 0 ? (
            <section key={key} className={css.group} aria-labelledby={`day-${key}`}>
              <h2 id={`day-${key}`} className={key === "late" ? css.lateTitle : undefined}>
                {t(`groups.${key}`)} <span className={css.count}>{groups[key].length}</span>
              </h2>
              <Items of={groups[key]} now={now} />
            </section>
          ) : null,
        )
      )}
    </Page>
  );

  function summary(): string {
    const [late, today] = [groups.late.length, groups.today.length];
    if (late > 0) return t("summary_late", { late, today });
    return today > 0 ? t("summary_today", { today }) : t("summary_clear");
  }
}

const BEFORE_FOLDING = 5;

// A file of four thousand leads makes four thousand things due: of each kind the most urgent, and how many more.
function Items({ of: items, now }: { of: DayItem[]; now: number }) {
  const { t } = useTranslation("day");
  const [unfolded, setUnfolded] = useState<string[]>([]);
  const kinds = [...new Set(items.map(({ kind }) => kind))].map((kind) => {
    const all = items.filter((item) => item.kind === kind);
    const first = unfolded.includes(kind) ? all : all.slice(0, BEFORE_FOLDING);
    return { kind, title: all[0]?.title, first, more: all.length - first.length };
  });
  const shown = new Set(kinds.flatMap(({ first }) => first));
  return (
    <>
      <ul>
        {items
          .filter((item) => shown.has(item))
          .map((item) => (
            <Row key={item.id} item={item} now={now} />
          ))}
      </ul>
      {kinds
        .filter(({ more }) => more > 0)
        .map(({ kind, title, more }) => (
          <Button key={kind} type="text" onClick={() => setUnfolded([...unfolded, kind])}>
            {t("more", { count: more, what: title })}
          </Button>
        ))}
    </>
  );
}

function Row({ item, now }: { item: DayItem; now: number }) {
  const { t } = useTranslation(["day", "resources"]);
  const language = useLanguage();
  const path = recordPath(item.resource, item.record_id);
  const climb =
    item.climbs_to === null
      ? null
      : item.climbs_at && Date.parse(item.climbs_at) > now
        ? t("climbs", { who: item.climbs_to, when: relative(item.climbs_at, language, now) })
        : t("climbed", { who: item.climbs_to });
  return (
    <li className={item.state === "late" ? `${css.row} ${css.late}` : css.row}>
      <div className={css.what}>
        <div className={css.line}>
          <strong>{item.title}</strong>
          <ClauseChip clause={item.clause} />
        </div>
        <div className={css.record}>
          <span className={css.kind}>{t(`resources:${item.resource}`, { defaultValue: item.resource })}</span>
          {path ? <Link to={path}>{item.record_title}</Link> : item.record_title}
          {item.shared ? (
            <span className={css.holder}>{t("shared", { name: item.holder_name })}</span>
          ) : item.mine ? null : (
            <span className={css.holder}>{t("held_by", { name: item.holder_name })}</span>
          )}
        </div>
      </div>
      <div className={css.when}>
        <Due at={item.due_at} warnAt={item.warn_at} />
        {climb ? <small>{climb}</small> : null}
      </div>
      {path ? (
        <LinkButton to={path} icon={<RightOutlined />} iconPlacement="end">
          {t("open")}
        </LinkButton>
      ) : null}
    </li>
  );
}

function grouped(items: DayItem[], now: number): Record<"late" | "today" | "later", DayItem[]> {
  const today = dayOf(now);
  const groups = { late: [] as DayItem[], today: [] as DayItem[], later: [] as DayItem[] };
  for (const item of [...items].sort((a, b) => a.due_at.localeCompare(b.due_at))) {
    const late = item.state === "late" || Date.parse(item.due_at) < now;
    groups[late ? "late" : dayOf(item.due_at) <= today ? "today" : "later"].push(item);
  }
  return groups;
}

function partOfDay(now: number): "morning" | "noon" | "afternoon" | "evening" {
  const hour = new Date(now + 8 * 3_600_000).getUTCHours();
  return hour < 11 ? "morning" : hour < 13 ? "noon" : hour < 18 ? "afternoon" : "evening";
}
