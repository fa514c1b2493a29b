import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { DueNow } from "@/features/regulation/obligations/DueNow";
import { recordPath } from "@/lib/resources";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Lifecycle } from "@/ui/Lifecycle";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import css from "./handovers.module.css";
import { HANDOVER_PATH, HANDOVERS, handoverQuery } from "./queries";
import { ReceiptActions } from "./Receipt";

/** A hand-over: what one department gives to another, and what the other signs for. */
export default function HandoverPage() {
  const { t } = useTranslation(["handover", "resources"]);
  const { id = "" } = useParams({ strict: false });
  const { data: handover, error } = useQuery(handoverQuery(id));
  if (error) return <Failure error={error} />;
  if (!handover) return <Waiting />;
  const path = recordPath(handover.resource, handover.record_id);
  return (
    <Page
      title={handover.record_title}
      trail={[{ title: t("title"), to: "/org/handovers" }]}
      tags={<StatusTag of="handover" status={handover.status} />}
      about={t("from_to", { from: handover.from_department_name ?? "", to: handover.department_name ?? "" })}
      actions={<ReceiptActions of={handover} />}
      aside={
        <Section title={t("history")}>
          <History at={HANDOVERS} resource="handover" id={id} />
        </Section>
      }
    >
      <Lifecycle resource="handover" path={HANDOVER_PATH} status={handover.status} />
      <DueNow resource="handover" id={id} />
      <Section title={t("checklist")}>
        {handover.reason ? <p className={css.reason}>{handover.reason}</p> : null}
        <ul className={css.checks}>
          {handover.checklist.map((item) => (
            <li key={item}>
              <span aria-hidden="true">·</span>
              {item}
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("facts")}>
        <Facts
          of={[
            {
              label: t(`resources:${handover.resource}`, { defaultValue: handover.resource }),
              value: path ? <Link to={path}>{handover.record_title}</Link> : handover.record_title,
            },
            { label: t("from"), value: handover.from_department_name },
            { label: t("to"), value: handover.department_name },
            { label: t("offered_by"), value: <Person name={handover.offered_by_name} /> },
            { label: t("offered_at"), value: <When at={handover.offered_at} /> },
            { label: t("due_at"), value: <When at={handover.due_at} /> },
            { label: t("answered_at"), value: <When at={handover.answered_at} /> },
            {
              label: t("accepted_by"),
              value: handover.accepted_by_name ? <Person name={handover.accepted_by_name} /> : null,
            },
          ]}
        />
      </Section>
    </Page>
  );
}
