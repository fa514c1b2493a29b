import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { count, roundMoney } from "@/lib/numbers";
import css from "./Goals.module.css";
import type { Campaign } from "./queries";

/** What the campaign is to bring. */
export function Goals({ of: campaign }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  const language = useLanguage();
  const goals = [
    { key: "leads", target: count(campaign.leads_target, language) },
    { key: "orders", target: count(campaign.orders_target, language) },
    { key: "revenue", target: roundMoney(campaign.revenue_target, language) },
  ];
  return (
    <dl className={css.goals}>
      {goals.map(({ key, target }) => (
        <div key={key}>
          <dt>{t(`goal.${key}`)}</dt>
          <dd>{target}</dd>
        </div>
      ))}
    </dl>
  );
}
