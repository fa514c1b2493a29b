import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Drawer, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { currentSession } from "@/api/session";
import { ClauseChip } from "@/ui/ClauseChip";
import { Failure } from "@/ui/Failure";
import { Person } from "@/ui/Person";
import { type Moment, Timeline } from "@/ui/Timeline";
import css from "./leads.module.css";
import { type LeadRow, whyQuery } from "./queries";

/** Who works on the lead, and, for anyone who asks, why it is not himself. */
export function Holder({ lead }: { lead: LeadRow }) {
  const { t } = useTranslation("lead");
  const has = useDuty();
  const [asking, setAsking] = useState(false);
  const session = currentSession();
  const mine = session.state === "in" && lead.owner_id === session.account.id;
  return (
    <>
      <div className={css.holder}>
        <Person name={lead.owner_name} />
        {has("assignment.read") ? (
          <Button type="link" size="small" onClick={() => setAsking(true)}>
            {t(mine || has("lead.assign") ? "why_me" : "why_not_me")}
          </Button>
        ) : null}
      </div>
      <Drawer
        title={t(mine || has("lead.assign") ? "why_me" : "why_not_me")}
        open={asking}
        onClose={() => setAsking(false)}
        size="min(480px, 100vw)"
        destroyOnHidden
      >
        <Why leadId={lead.id} />
      </Drawer>
    </>
  );
}

function Why({ leadId }: { leadId: string }) {
  const { t } = useTranslation("lead");
  const { data, error } = useQuery(whyQuery(leadId));
  if (error) return <Failure error={error} />;
  if (!data) return <Skeleton active title={false} paragraph={{ rows: 3 }} />;
  if (data.items.length === 0) return <p className={css.soft}>{t("why_none")}</p>;
  const moments = data.items.map(
    ({ assignment_id, at, account_name, answer }): Moment => ({
      id: assignment_id,
      at,
      title: answer,
      note: (
        <>
          {account_name ? t("got_by", { name: account_name }) : t("got_by_nobody")}
          {" · "}
          <Link to={`/sales/assignments/${assignment_id}`}>{t("details")}</Link>
        </>
      ),
    }),
  );
  return (
    <>
      <p className={css.soft}>
        {t("why_about")} <ClauseChip clause="1.3.4" />
      </p>
      <Timeline moments={moments} />
    </>
  );
}
