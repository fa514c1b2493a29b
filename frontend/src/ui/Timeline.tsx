import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { ClauseChip } from "./ClauseChip";
import { Failure } from "./Failure";
import { StatusTag } from "./StatusTag";
import css from "./Timeline.module.css";
import type { ListPath } from "./table/listing";
import { When } from "./When";

export interface Moment {
  id: string;
  at: string;
  title: ReactNode;
  by?: string | null;
  note?: ReactNode;
  clauses?: string[];
  icon?: ReactNode;
}

/** What happened, newest first: who, when, by which clause. */
export function Timeline({ moments }: { moments: Moment[] }) {
  return (
    <ol className={css.timeline}>
      {moments.map((moment) => (
        <li key={moment.id}>
          <span className={css.mark} aria-hidden="true">
            {moment.icon}
          </span>
          <div className={css.title}>{moment.title}</div>
          <div className={css.facts}>
            <When at={moment.at} />
            {moment.by ? <span>{moment.by}</span> : null}
            {moment.clauses?.map((clause) => (
              <ClauseChip key={clause} clause={clause} />
            ))}
          </div>
          {moment.note ? <div className={css.note}>{moment.note}</div> : null}
        </li>
      ))}
    </ol>
  );
}

/** The steps that a record has taken, from `GET …/{id}/history`. */
export function History({ at, resource, id }: { at: ListPath; resource: string; id: string }) {
  const { t } = useTranslation(["verbs", "kit"]);
  const { data, error, isPending } = useQuery({
    queryKey: [resource, id, "history"],
    queryFn: async () => {
      // One path of the contract for each resource, all of one form; joined here, so the client cannot check it.
      const answer = await ok(
        api.GET(`${at}/{record_id}/history` as never, { params: { path: { record_id: id } } } as never),
      );
      return (answer as components["schemas"]["HistoryOut"]).items;
    },
  });
  if (isPending) return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  if (error) return <Failure error={error} />;
  if (data.length === 0) return <span className="z-none">{t("kit:no_steps")}</span>;
  return (
    <Timeline
      moments={data.map((step) => ({
        id: `${step.at} ${step.verb}`,
        at: step.at,
        by: step.account_name,
        note: step.note,
        clauses: step.clauses,
        title: (
          <>
            {t([`${resource}.${step.verb}`, `any.${step.verb}`], { defaultValue: step.verb })}{" "}
            <StatusTag of={resource} status={step.target} />
          </>
        ),
      }))}
    />
  );
}
