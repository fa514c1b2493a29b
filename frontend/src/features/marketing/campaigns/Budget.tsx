import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { dayOf } from "@/lib/time";
import { Money } from "@/ui/Money";
import css from "./Budget.module.css";
import type { CampaignRow } from "./queries";

const NEARLY = 0.9;

/** What is spent of a budget, for a row: both sums, the share, and a bar. */
export function BudgetBar({ of: { budget, spent } }: { of: Pick<CampaignRow, "budget" | "spent"> }) {
  const language = useLanguage();
  const used = shareOf(spent, budget);
  return (
    <span className={css.compact}>
      <span className={css.sums}>
        <span>
          <Money amount={spent} rounded />
          <span className={css.of}> / </span>
          <Money amount={budget} rounded />
        </span>
        <span className={css.share}>{percent(used, language, 0)}</span>
      </span>
      <span className={css.thin} aria-hidden="true">
        <span className={used >= NEARLY ? css.nearly : undefined} style={{ width: width(used) }} />
      </span>
    </span>
  );
}

/** The budget whole: what was approved, spent and is left, beside how much of the time is over. */
export function Budget({ of: campaign }: { of: CampaignRow }) {
  const { t } = useTranslation("campaign");
  const language = useLanguage();
  const used = shareOf(campaign.spent, campaign.budget);
  const elapsed = elapsedOf(campaign);
  return (
    <div className={css.budget}>
      <dl className={css.figures}>
        <div>
          <dt>{t("spent")}</dt>
          <dd>
            <Money amount={campaign.spent} />
          </dd>
        </div>
        <div>
          <dt>{t("left")}</dt>
          <dd>
            <Money amount={campaign.left} />
          </dd>
        </div>
      </dl>
      <div className={css.bar}>
        <span className={css.track}>
          <span className={used >= NEARLY ? css.nearly : undefined} style={{ width: width(used) }} />
        </span>
        {elapsed === null ? null : <span className={css.today} style={{ left: width(elapsed) }} aria-hidden="true" />}
      </div>
      <p className={css.pace}>
        <span>
          {elapsed === null
            ? t("pace_spent", { used: percent(used, language, 0) })
            : t("pace", { used: percent(used, language, 0), elapsed: percent(elapsed, language, 0) })}
        </span>
        <span>
          {t("budget_whole")} <Money amount={campaign.budget} />
        </span>
      </p>
    </div>
  );
}

/** The share of the planned days that is over; null where the campaign does not run. */
function elapsedOf({ status, begins_on, ends_on }: CampaignRow): number | null {
  if (status !== "running" && status !== "paused") return null;
  const days = dayjs(ends_on).diff(begins_on, "day") + 1;
  const over = dayjs(dayOf(Date.now())).diff(begins_on, "day") + 1;
  return Math.min(1, Math.max(0, over / days));
}

function shareOf(spent: string, budget: string): number {
  return Number(budget) === 0 ? 0 : Number(spent) / Number(budget);
}

function width(share: number): string {
  return `${Math.min(100, 100 * share)}%`;
}
