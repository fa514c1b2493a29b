import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Alert, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { count } from "@/lib/numbers";
import { CopyText } from "@/ui/CopyText";
import { Kpis } from "@/ui/Kpi";
import { showDone, warn } from "@/ui/notices";
import { When } from "@/ui/When";
import css from "./audit.module.css";
import { headQuery } from "./queries";

/** Walk over the chain now, for those whose duty it is. */
export function useVerify(): { may: boolean; busy: boolean; start: () => void } {
  const { t } = useTranslation("audit");
  const has = useDuty();
  const queries = useQueryClient();
  const { data: head } = useQuery(headQuery());
  const verify = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/tech/audit/verify")),
    onSuccess: async ({ status, entries }) => {
      await queries.invalidateQueries({ queryKey: ["audit"] });
      if (status === "whole") showDone(t("found_whole", { count: entries }));
      else if (status === "running") showDone(t("verify_begun"));
      else warn(t(`status_${status}`));
    },
  });
  return {
    may: has("audit_chain.verify"),
    busy: verify.isPending || head?.verification?.status === "running",
    start: () => verify.mutate(),
  };
}

/** How far the chain reaches, whether it was found whole, and what an outsider needs to check it himself. */
export function ChainHead() {
  const { t } = useTranslation("audit");
  const language = useLanguage();
  const { data: head, isError } = useQuery(headQuery());
  if (isError) return null; // the list below says why
  if (!head) return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  const walk = head.verification;
  return (
    <section className={css.head} aria-label={t("chain")}>
      {walk && walk.findings.length > 0 ? (
        <Alert
          type="error"
          showIcon
          title={t("status_broken")}
          description={walk.findings
            .map(({ seq, fault }) => t("finding", { seq, fault: t(`fault_${fault}`, { defaultValue: fault }) }))
            .join("；")}
        />
      ) : null}
      <Kpis
        of={[
          {
            label: t("verified"),
            value: walk ? t(`status_${walk.status}`) : t("never"),
            tone: walk?.status === "whole" ? "good" : walk && walk.status !== "running" ? "bad" : undefined,
            note: walk ? <When at={walk.ended_at ?? walk.at} /> : undefined,
          },
          { label: t("links"), value: count(head.seq, language), note: t("links_about") },
          {
            label: t("unsealed"),
            value: count(head.unsealed, language),
            tone: head.unsealed > 1_000 ? "warn" : undefined,
            note: t("unsealed_about"),
          },
          {
            label: t("anchored"),
            value: head.anchored_seq === null ? "–" : count(head.anchored_seq, language),
            tone: head.anchored_seq === null ? "warn" : undefined,
            note: head.anchored_at ? <When at={head.anchored_at} /> : t("not_anchored"),
          },
        ]}
      />
      {head.hash ? (
        <p className={css.hash}>
          {t("head")} <CopyText text={head.hash} shown={`${head.hash.slice(0, 16)}…${head.hash.slice(-8)}`} />
        </p>
      ) : null}
    </section>
  );
}
