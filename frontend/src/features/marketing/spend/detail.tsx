import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { money } from "@/lib/numbers";
import { dateTime } from "@/lib/time";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { NoteField } from "../NoteField";
import { Amount } from "./Amount";
import { SPEND, spendQuery } from "./queries";

/** One row of the ledger: a mistake is taken back by an opposite row, and both stay. */
export default function SpendPage() {
  const { t } = useTranslation("spend");
  const language = useLanguage();
  const { id = "" } = useParams({ strict: false });
  const { data: spend, error } = useQuery(spendQuery(id));
  if (error) return <Failure error={error} />;
  if (!spend) return <Waiting />;
  return (
    <Page
      title={money(spend.amount, language)}
      trail={[{ title: t("title"), to: "/marketing/spend" }]}
      tags={<StatusTag of="spend" status={spend.status} />}
      actions={
        <ActionBar
          of={spend}
          resource="spend"
          at={SPEND}
          forms={{ reverse: { fields: <NoteField label={t("reverse_reason")} needed={t("reverse_needed")} /> } }}
          consequences={{ reverse: t("reverse_consequence") }}
        />
      }
      aside={
        <Section title={t("history")}>
          <History at={SPEND} resource="spend" id={id} />
        </Section>
      }
    >
      <Section title={t("facts")}>
        <Facts
          of={[
            { label: t("day"), value: <When at={spend.day} as="date" /> },
            { label: t("amount"), value: <Amount of={spend} /> },
            {
              label: t("campaign"),
              value: <Link to={`/marketing/campaigns/${spend.campaign_id}`}>{spend.campaign_name}</Link>,
            },
            {
              label: t("channel"),
              value: <Link to={`/marketing/channels/${spend.channel_id}`}>{spend.channel_name}</Link>,
            },
            { label: t("owner"), value: <Person name={spend.owner_name} /> },
            { label: t("created_at"), value: dateTime(spend.created_at, language) },
            {
              label: t("reverses"),
              value: spend.reverses_id ? (
                <Link to={`/marketing/spend/${spend.reverses_id}`}>{t("reverses_open")}</Link>
              ) : null,
            },
            { label: t("note"), value: spend.note, wide: true },
          ]}
        />
      </Section>
    </Page>
  );
}
