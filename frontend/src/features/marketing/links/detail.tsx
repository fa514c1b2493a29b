import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { Code } from "./Code";
import { LINKS, linkQuery } from "./queries";

/** A tracked link: its address and code to take along, where it leads, and for whose credit. */
export default function LinkPage() {
  const { t } = useTranslation("tracked_link");
  const { id = "" } = useParams({ strict: false });
  const { data: link, error } = useQuery(linkQuery(id));
  if (error) return <Failure error={error} />;
  if (!link) return <Waiting />;
  return (
    <Page
      title={link.name}
      trail={[{ title: t("title"), to: "/marketing/links" }]}
      tags={<StatusTag of="tracked_link" status={link.status} />}
      actions={
        <ActionBar of={link} resource="tracked_link" at={LINKS} consequences={{ retire: t("retire_consequence") }} />
      }
      aside={
        <>
          <Section title={t("qr")}>
            <Code of={link} size={240} />
          </Section>
          <Section title={t("history")}>
            <History at={LINKS} resource="tracked_link" id={id} />
          </Section>
        </>
      }
    >
      <Section title={t("facts")}>
        <Facts
          of={[
            {
              label: t("target_url"),
              wide: true,
              value: (
                <a href={link.target_url} target="_blank" rel="noreferrer">
                  {link.target_url}
                </a>
              ),
            },
            {
              label: t("campaign"),
              value: <Link to={`/marketing/campaigns/${link.campaign_id}`}>{link.campaign_name}</Link>,
            },
            {
              label: t("channel"),
              value: <Link to={`/marketing/channels/${link.channel_id}`}>{link.channel_name}</Link>,
            },
            { label: t("owner"), value: <Person name={link.owner_name} /> },
            { label: t("created_at"), value: <When at={link.created_at} /> },
          ]}
        />
      </Section>
      <Section title={t("said")}>
        <Facts
          of={[
            { label: "utm_source", value: link.utm_source },
            { label: "utm_medium", value: link.utm_medium },
            { label: "utm_campaign", value: link.utm_campaign },
            { label: "utm_content", value: link.utm_content },
            { label: "utm_term", value: link.utm_term },
          ]}
        />
      </Section>
    </Page>
  );
}
