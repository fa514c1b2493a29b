import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { useLeadColumns } from "../leads/columns";
import { LEADS } from "../leads/queries";
import { LeadSourceForm } from "./form";
import { sourceQuery } from "./queries";

/** One source, and the leads that it brought. */
export default function LeadSourcePage() {
  const { t } = useTranslation(["lead_source", "kit"]);
  const has = useDuty();
  const { id = "" } = useParams({ strict: false });
  const { data: source, error } = useQuery(sourceQuery(id));
  const [editing, setEditing] = useState(false);
  const columns = useLeadColumns();
  if (!source) return error ? <Failure error={error} /> : <Waiting />;
  return (
    <Page
      title={source.name}
      trail={[{ title: t("title"), to: "/sales/lead-sources" }]}
      tags={<StatusTag status={source.active ? "active" : "retired"} />}
      actions={
        source.actions.includes("update") ? (
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {t("kit:edit")}
          </Button>
        ) : null
      }
    >
      <Section title={t("facts")}>
        <Facts
          of={[
            { label: t("code"), value: <code>{source.code}</code> },
            { label: t("kind"), value: t(`kinds.${source.kind}`) },
            {
              label: t("channel"),
              value:
                source.channel_id && has("channel.read") ? (
                  <Link to={`/marketing/channels/${source.channel_id}`}>{source.channel_name}</Link>
                ) : (
                  source.channel_name
                ),
            },
          ]}
        />
      </Section>
      {has("lead.read") ? (
        <Section title={t("leads")}>
          <ResourceTable
            at={LEADS}
            resource="lead"
            columns={columns.filter(({ key, hidden }) => key !== "source_name" && !hidden)}
            fixed={{ source_id: id }}
            exportable={false}
            empty={<p className="z-none">{t("no_leads")}</p>}
            embedded
          />
        </Section>
      ) : null}
      <LeadSourceForm source={source} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}
