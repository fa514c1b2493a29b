import { CheckCircleFilled, MinusCircleOutlined } from "@ant-design/icons";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import css from "./opportunities.module.css";
import type { Opportunity } from "./queries";

/** What each stage asks for (2.2.2, 4.2.2): what is there, and how to bring what is not. */
export function StageFacts({
  of: opportunity,
  ways,
}: {
  of: Opportunity;
  /** How to bring a fact: its name -> a button. */
  ways: Partial<Record<"needs" | "amount" | "proposal_sent_at" | "accepted_proposal_id", ReactNode>>;
}) {
  const { t } = useTranslation("opportunity");
  const facts = [
    { key: "needs", there: Boolean(opportunity.needs) },
    { key: "amount", there: Number(opportunity.amount) > 0 },
    { key: "proposal_sent_at", there: opportunity.proposal_sent_at !== null },
    { key: "accepted_proposal_id", there: opportunity.accepted_proposal_id !== null },
  ] as const;
  const first = facts.find(({ there }) => !there)?.key;
  return (
    <ul className={css.facts}>
      {facts.map(({ key, there }) => (
        <li key={key}>
          {there ? (
            <CheckCircleFilled className={css.there} aria-label={t("fact_there")} />
          ) : (
            <MinusCircleOutlined className={css.notYet} aria-label={t("fact_missing")} />
          )}
          <span>
            {t(`fact.${key}`)}
            <small>{t(`fact_for.${key}`)}</small>
          </span>
          {key === first ? ways[key] : null}
        </li>
      ))}
    </ul>
  );
}
