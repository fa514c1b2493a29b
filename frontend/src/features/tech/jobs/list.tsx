import { ReloadOutlined } from "@ant-design/icons";
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { count } from "@/lib/numbers";
import { ClauseChip } from "@/ui/ClauseChip";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { showDone } from "@/ui/notices";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { useListQuery } from "@/ui/table/listing";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import css from "./jobs.module.css";
import { JOB_STATES, type Job, type JobState, jobsQuery } from "./queries";

/** 2.3.1 What the company's machine still has to do, what it failed at, and when each periodic duty ran last. */
export default function Jobs() {
  const { t } = useTranslation(["jobs", "states"]);
  const language = useLanguage();
  const [query, change] = useListQuery(true);
  const list = useInfiniteQuery(jobsQuery(query.status as JobState | undefined));
  const [first] = list.data?.pages ?? [];
  if (list.error) return <Failure error={list.error} retry={() => list.refetch()} />;
  if (!first) return <Waiting />;
  const jobs = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Page title={t("title")} about={t("about")} tags={<ClauseChip clause="2.3.1" />}>
      <fieldset className={css.states}>
        <legend className="z-hidden">{t("by_state")}</legend>
        {JOB_STATES.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={query.status === state}
            onClick={() => change({ status: query.status === state ? undefined : state })}
          >
            <span>{t(`states:job.${state}`)}</span>
            <strong className={state === "failed" && first.counts.failed > 0 ? css.bad : undefined}>
              {count(first.counts[state], language)}
            </strong>
          </button>
        ))}
      </fieldset>
      <Section title={t("jobs")} flush>
        {jobs.length === 0 ? (
          <Empty title={t("empty")} about={t("empty_about")} clause="2.3.1" />
        ) : (
          <ul className={css.rows}>
            {jobs.map((job) => (
              <OneJob key={job.id} of={job} />
            ))}
          </ul>
        )}
        {list.hasNextPage ? (
          <Button className={css.more} loading={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
            {t("more")}
          </Button>
        ) : null}
      </Section>
      <Section title={t("periodic", { count: first.periodic.length })} flush>
        <ul className={css.rows}>
          {first.periodic.map(({ task, cron, clause, last_at }) => (
            <li key={task} className={css.duty}>
              <ClauseChip clause={clause} />
              <Task of={task} />
              <code title={t("cron")}>{cron}</code>
              <span className={css.when}>{last_at ? <When at={last_at} as="relative" /> : t("not_yet")}</span>
            </li>
          ))}
        </ul>
      </Section>
    </Page>
  );
}

function OneJob({ of: job }: { of: Job }) {
  const { t } = useTranslation("jobs");
  const has = useDuty();
  const queries = useQueryClient();
  const retry = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/tech/jobs/{job_id}/retry", { params: { path: { job_id: job.id } } })),
    onSuccess: async () => {
      showDone(t("retried"));
      await queries.invalidateQueries({ queryKey: ["job"] });
    },
  });
  return (
    <li className={css.job}>
      {job.clause ? <ClauseChip clause={job.clause} /> : <span />}
      <div>
        <Task of={job.task} />
        <small>
          {t("job_number", { id: job.id })}
          {job.attempts > 0 ? ` · ${t("attempts", { count: job.attempts })}` : null}
          {job.scheduled_at ? (
            <>
              {" · "}
              {t("scheduled")} <When at={job.scheduled_at} />
            </>
          ) : null}
        </small>
      </div>
      <StatusTag of="job" status={job.status} />
      <span className={css.when}>
        <When at={job.changed_at} as="relative" />
      </span>
      {job.status === "failed" && has("job.retry") ? (
        <Button size="small" icon={<ReloadOutlined />} loading={retry.isPending} onClick={() => retry.mutate()}>
          {t("retry")}
        </Button>
      ) : null}
    </li>
  );
}

/** `zhidu.service.messages.send`: where it stands in the program, and what it does. */
function Task({ of: task }: { of: string }) {
  const { t } = useTranslation("jobs");
  const name = task.replace(/^zhidu\./, "");
  return <span title={task}>{t(`task.${name}`, { defaultValue: name })}</span>;
}
