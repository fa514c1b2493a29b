import { useQuery } from "@tanstack/react-query";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import type { components } from "@/api/schema.gen";
import { Drill, type Listed } from "@/features/analytics/Drill";
import { funnelQuery } from "@/features/analytics/funnel/queries";
import { useLanguage } from "@/i18n";
import { count, percent, roundMoney } from "@/lib/numbers";
import { dayOf } from "@/lib/time";
import css from "./Goals.module.css";
import type { Campaign } from "./queries";

interface Goal {
  key: "leads" | "orders" | "revenue";
  target: number;
  actual: number | null;
  records: Listed;
  written: (amount: number) => string;
}

/** What the campaign is to bring, and what it has brought since it began. */
export function Goals({ of: campaign }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  const language = useLanguage();
  const brought = useBrought(campaign);
  const inCount = (amount: number) => count(amount, language);
  const goals: Goal[] = [
    {
      key: "leads",
      target: campaign.leads_target,
      actual: brought?.leads ?? null,
      records: brought?.drill.leads ?? null,
      written: inCount,
    },
    {
      key: "orders",
      target: campaign.orders_target,
      actual: brought?.orders ?? null,
      records: brought?.drill.orders ?? null,
      written: inCount,
    },
    {
      key: "revenue",
      target: Number(campaign.revenue_target),
      actual: brought ? Number(brought.revenue) : null,
      records: brought?.drill.revenue ?? null,
      written: (amount) => roundMoney(amount, language),
    },
  ];
  return (
    <dl className={css.goals}>
      {goals.map(({ key, target, actual, records, written }) => {
        const share = actual === null || target === 0 ? null : actual / target;
        return (
          <div key={key}>
            <dt>{t(`goal.${key}`)}</dt>
            <dd>
              {actual === null ? null : <Drill to={records}>{written(actual)}</Drill>}
              <span className={actual === null ? undefined : css.of}>
                {actual === null ? written(target) : ` / ${written(target)}`}
              </span>
            </dd>
            {share === null ? null : (
              <dd className={css.reached}>
                <span className={css.track} aria-hidden="true">
                  <span style={{ width: `${Math.min(100, 100 * share)}%` }} />
                </span>
                <span className={css.share}>{percent(share, language, 0)}</span>
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}

/** The campaign's own funnel, from its first day until now; undefined before it began, or where it is not this person's. */
function useBrought(campaign: Campaign): components["schemas"]["SummedOut"] | undefined {
  const has = useDuty();
  const today = dayOf(Date.now());
  const began = campaign.started_at === null ? null : dayOf(campaign.started_at);
  const from = began !== null && began < campaign.begins_on ? began : campaign.begins_on;
  const to = dayjs(today).add(1, "day").format("YYYY-MM-DD");
  const { data } = useQuery({
    ...funnelQuery({ from, to, by: "month", campaign_id: campaign.id }),
    enabled: began !== null && from <= today && has("funnel.read"),
  });
  return data?.totals;
}
