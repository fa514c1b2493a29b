import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Segmented, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { recordPath } from "@/lib/resources";
import { day } from "@/lib/time";
import { Failure } from "@/ui/Failure";
import { When } from "@/ui/When";
import css from "./ControlCard.module.css";
import { rowsQuery } from "./queries";

/** The records behind the number: those that break the clause, or all that were looked at. */
export function Behind({ control }: { control: string }) {
  const { t } = useTranslation(["control", "resources"]);
  const language = useLanguage();
  const [failing, setFailing] = useState(true);
  const list = useInfiniteQuery(rowsQuery(control, failing));
  const [first] = list.data?.pages ?? [];
  const rows = list.data?.pages.flatMap(({ items }) => items) ?? [];
  if (list.error) return <Failure error={list.error} />;
  return (
    <div>
      <div className={css.choice}>
        <Segmented
          size="small"
          value={failing}
          onChange={setFailing}
          options={[
            { value: true, label: t("those_failing") },
            { value: false, label: t("those_looked_at") },
          ]}
        />
        {first ? (
          <span className={css.kind}>
            {t("window", {
              count: first.total,
              since: day(first.since, language),
              until: day(first.until, language),
            })}
          </span>
        ) : null}
      </div>
      {list.isPending ? <Skeleton active title={false} paragraph={{ rows: 3 }} /> : null}
      {first && rows.length === 0 ? <p className="z-none">{t(failing ? "none_failing" : "none_looked_at")}</p> : null}
      <ul className={css.rows}>
        {rows.map((row) => {
          const path = recordPath(row.resource, row.id);
          const kind = t(`resources:${row.resource}`, { defaultValue: row.resource });
          return (
            <li key={`${row.resource} ${row.id}`}>
              {row.title === null ? (
                <span className="z-none">{t("beyond_reach")}</span>
              ) : path ? (
                <Link to={path}>{row.title}</Link>
              ) : (
                <span>{row.title}</span>
              )}
              <span className={css.kind}>{kind}</span>
              <When at={row.at} />
            </li>
          );
        })}
      </ul>
      {list.hasNextPage ? (
        <Button size="small" loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
          {t("more")}
        </Button>
      ) : null}
    </div>
  );
}
