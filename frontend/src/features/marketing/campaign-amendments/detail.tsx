import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ActionBar } from "@/ui/ActionBar";
import { Diff } from "@/ui/Diff";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { Budget } from "../campaigns/Budget";
import { campaignQuery } from "../campaigns/queries";
import { NoteField } from "../NoteField";
import { AMENDMENTS, amendmentQuery } from "./queries";

/** A request to raise a budget: from what to what and why, beside what is spent of it. */
export default function AmendmentPage() {
  const { t } = useTranslation(["campaign_amendment", "campaign"]);
  const { id = "" } = useParams({ strict: false });
  const queries = useQueryClient();
  const { data: amendment, error } = useQuery(amendmentQuery(id));
  const { data: campaign } = useQuery({
    ...campaignQuery(amendment?.campaign_id ?? ""),
    enabled: amendment !== undefined,
  });
  if (error) return <Failure error={error} />;
  if (!amendment) return <Waiting />;
  return (
    <Page
      title={t("of", { campaign: amendment.campaign_name })}
      trail={[
        { title: t("campaign:title"), to: "/marketing/campaigns" },
        { title: amendment.campaign_name, to: `/marketing/campaigns/${amendment.campaign_id}` },
      ]}
      tags={<StatusTag of="campaign_amendment" status={amendment.status} />}
      actions={
        <ActionBar
          of={amendment}
          resource="campaign_amendment"
          at={AMENDMENTS}
          forms={{
            approve: { fields: <NoteField label={t("opinion")} /> },
            refuse: { fields: <NoteField label={t("why_not")} needed={t("why_not_needed")} /> },
          }}
          onDone={() => void queries.invalidateQueries({ queryKey: ["campaign"] })}
        />
      }
      aside={
        <Section title={t("history")}>
          <History at={AMENDMENTS} resource="campaign_amendment" id={id} />
        </Section>
      }
    >
      <Section title={t("change")}>
        <Diff
          of={[
            {
              field: t("budget_whole"),
              before: <Money amount={amendment.budget_before} />,
              after: <Money amount={amendment.budget} />,
            },
          ]}
        />
      </Section>
      <Section title={t("facts")}>
        <Facts
          of={[
            { label: t("reason"), value: amendment.reason, wide: true },
            { label: t("requested_by"), value: <Person name={amendment.requested_by_name} /> },
            { label: t("created_at"), value: <When at={amendment.created_at} /> },
            {
              label: t("decided_by"),
              value: amendment.decided_by_name ? <Person name={amendment.decided_by_name} /> : null,
            },
            { label: t("decided_at"), value: <When at={amendment.decided_at} /> },
          ]}
        />
      </Section>
      {campaign ? (
        <Section
          title={t("present")}
          extra={<Link to={`/marketing/campaigns/${campaign.id}?tab=spend`}>{t("to_spend")}</Link>}
        >
          <Budget of={campaign} />
        </Section>
      ) : null}
    </Page>
  );
}
