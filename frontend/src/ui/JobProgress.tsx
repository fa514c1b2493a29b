import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Progress } from "antd";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { count } from "@/lib/numbers";
import css from "./JobProgress.module.css";

interface Pace {
  done: number;
  /** Null while it is not known how much there is. */
  total: number | null;
  state: "waiting" | "running" | "done" | "failed";
}

interface Props<Job> {
  /** The query of the record whose work is shown, such as leadImportQuery(id). */
  query: { queryKey: readonly unknown[]; queryFn?: unknown };
  paceOf: (job: Job) => Pace;
  /** What is being done, such as '导入线索'. */
  label: string;
  onEnd?: (job: Job) => void;
}

const EVERY_MS = 1_000;

/** Long work in the background: how far it is, asked for each second until it ends. */
export function JobProgress<Job>({ query, paceOf, label, onEnd }: Props<Job>) {
  const { t } = useTranslation("kit");
  const language = useLanguage();
  const queries = useQueryClient();
  const ended = useRef(false);
  const { data } = useQuery<Job>({
    ...(query as { queryKey: readonly unknown[]; queryFn: () => Promise<Job> }),
    refetchInterval: ({ state }) => (state.data && atEnd(paceOf(state.data)) ? false : EVERY_MS),
  });
  const pace = data ? paceOf(data) : null;
  const over = pace !== null && atEnd(pace);

  useEffect(() => {
    if (!over || !data || ended.current) return;
    ended.current = true;
    void queries.invalidateQueries({ queryKey: [query.queryKey[0], "list"] });
    onEnd?.(data);
  }, [over, data, onEnd, queries, query.queryKey]);

  const share = pace?.total ? Math.floor((100 * pace.done) / pace.total) : 0;
  return (
    <div role="status" className={css.progress}>
      <span>{label}</span>
      <Progress
        aria-label={label}
        percent={pace?.state === "done" ? 100 : share}
        status={pace?.state === "failed" ? "exception" : pace?.state === "done" ? "success" : "active"}
      />
      <span className={css.figures}>
        {pace === null || pace.state === "waiting"
          ? t("job_waiting")
          : t("job_done", {
              done: count(pace.done, language),
              total: pace.total === null ? "…" : count(pace.total, language),
            })}
      </span>
    </div>
  );
}

function atEnd({ state }: Pace): boolean {
  return state === "done" || state === "failed";
}
