import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { ActionBar } from "@/ui/ActionBar";
import { Empty } from "@/ui/Empty";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Kpis } from "@/ui/Kpi";
import { LinkButton } from "@/ui/LinkButton";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { useCampaignColumns } from "../campaigns/columns";
import { CAMPAIGNS } from "../campaigns/queries";
import { CriteriaTable } from "../channel-assessments/CriteriaTable";
import { useAssessmentColumns } from "../channel-assessments/columns";
import { Deviation } from "../channel-assessments/Deviation";
import { AssessmentForm } from "../channel-assessments/form";
import { ASSESSMENTS, type AssessmentRow, versionsQuery } from "../channel-assessments/queries";
import { spendTotalsQuery } from "../spend/queries";
import css from "./detail.module.css";
import { ChannelForm } from "./form";
import { CHANNELS, type Channel, channelQuery } from "./queries";
import { Until } from "./Until";

const IN_WORK = ["draft", "submitted", "returned"];

/** A channel: why the company promotes there, what it costs, and what runs on it. */
export default function ChannelPage() {
  const { t } = useTranslation("channel");
  const has = useDuty();
  const { id = "" } = useParams({ strict: false });
  const { data: channel, error } = useQuery(channelQuery(id));
  const [editing, setEditing] = useState(false);
  const campaignColumns = useCampaignColumns();
  if (error) return <Failure error={error} />;
  if (!channel) return <Waiting />;
  return (
    <Page
      title={channel.name}
      trail={[{ title: t("title"), to: "/marketing/channels" }]}
      tags={<StatusTag of="channel" status={channel.status} />}
      actions={
        <ActionBar
          of={channel}
          resource="channel"
          at={CHANNELS}
          onEdit={() => setEditing(true)}
          consequences={{ retire: t("retire_consequence") }}
        />
      }
      aside={
        <>
          <Section title={t("facts")}>
            <Facts
              of={[
                { label: t("code"), value: <code>{channel.code}</code> },
                { label: t("kind"), value: t(`kinds.${channel.kind}`) },
                {
                  label: t("website"),
                  wide: true,
                  value: channel.website ? (
                    <a href={channel.website} target="_blank" rel="noreferrer">
                      {channel.website}
                    </a>
                  ) : null,
                },
                { label: t("owner"), value: <Person name={channel.owner_name} /> },
              ]}
            />
          </Section>
          <Section title={t("history")}>
            <History at={CHANNELS} resource="channel" id={id} />
          </Section>
        </>
      }
    >
      {has("channel_assessment.read") ? <Standing channel={channel} /> : null}
      {has("campaign.read") ? (
        <Section title={t("campaigns")} flush>
          <ResourceTable
            at={CAMPAIGNS}
            resource="campaign"
            columns={campaignColumns.filter(({ key }) => key !== "channel_name" && key !== "owner_name")}
            fixed={{ channel_id: id }}
            exportable={false}
            empty={<p className={css.none}>{t("no_campaigns")}</p>}
            embedded
          />
        </Section>
      ) : null}
      <ChannelForm channel={channel} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

// Under which assessment the channel is active, what was forecast, what came, and the way to the next version.
function Standing({ channel }: { channel: Channel }) {
  const { t } = useTranslation("channel");
  const has = useDuty();
  const columns = useAssessmentColumns(true);
  const { data: versions } = useQuery(versionsQuery(channel.id));
  const { data: spent } = useQuery({ ...spendTotalsQuery({ channel_id: channel.id }), enabled: has("spend.read") });
  if (!versions) return null;
  const standing = versions.find(({ status }) => status === "approved");
  const latest = standing ?? versions.find(({ status }) => status === "expired");
  const before = latest && versions.find(({ number }) => number === latest.number - 1);
  return (
    <>
      {latest || spent?.items.length ? (
        <Kpis
          of={[
            {
              label: t("score"),
              value: channel.score === null ? "–" : channel.score.toFixed(1),
              note: channel.approved_until ? (
                <>
                  {t("approved_until")} <Until channel={channel} />
                </>
              ) : null,
            },
            {
              label: t("leads_a_month"),
              value: latest?.measured_leads ?? "–",
              note: latest ? (
                <>
                  {t("forecast", { count: latest.expected_leads })} <Deviation of={latest.forecast_error} />
                </>
              ) : null,
            },
            {
              label: t("cost_per_lead"),
              value: <Money amount={latest?.measured_cost_per_lead ?? null} />,
              note: latest ? (
                <>
                  {t("forecast_cost")} <Money amount={latest.expected_cost_per_lead} />
                </>
              ) : null,
            },
            ...(spent
              ? [
                  {
                    label: t("spent"),
                    value: <Money amount={spent.amount} rounded />,
                    note: t("spent_campaigns", { count: spent.items.length }),
                    to: `/marketing/spend?channel_id=${channel.id}`,
                  },
                ]
              : []),
          ]}
        />
      ) : null}
      <Section title={t("assessment")} extra={<Assess channel={channel} versions={versions} />}>
        {latest ? (
          <>
            <p className={css.summary}>{latest.summary}</p>
            <CriteriaTable of={latest.criteria} score={latest.score} before={before?.criteria} />
          </>
        ) : (
          <Empty title={t("unassessed")} about={t("unassessed_about")} clause="3.1.1" />
        )}
      </Section>
      {versions.length > 0 ? (
        <Section title={t("versions")} flush>
          <ResourceTable
            at={ASSESSMENTS}
            resource="channel_assessment"
            columns={columns}
            fixed={{ channel_id: channel.id }}
            exportable={false}
            embedded
          />
        </Section>
      ) : null}
    </>
  );
}

// One version is in work at a time: go on with it, else renew what stands or stood, else begin.
function Assess({ channel, versions }: { channel: Channel; versions: AssessmentRow[] }) {
  const { t } = useTranslation("channel");
  const has = useDuty();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [making, setMaking] = useState(false);
  const open = (id: string) => void navigate({ to: `/marketing/channel-assessments/${id}` });
  const renew = useMutation({
    mutationFn: (assessment: AssessmentRow) =>
      ok(
        api.POST("/api/v1/marketing/channel-assessments/{record_id}/renew", {
          params: { path: { record_id: assessment.id }, header: ifMatch(assessment) },
          body: {},
        }),
      ),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["channel_assessment"] });
      open(id);
    },
  });

  const inWork = versions.find(({ status }) => IN_WORK.includes(status));
  if (inWork) {
    return (
      <LinkButton to={`/marketing/channel-assessments/${inWork.id}`}>
        {t("in_work", { number: inWork.number })} <StatusTag of="channel_assessment" status={inWork.status} />
      </LinkButton>
    );
  }
  const renewable = versions.find(({ actions }) => actions.includes("renew"));
  if (renewable) {
    return (
      <Button loading={renew.isPending} onClick={() => renew.mutate(renewable)}>
        {t("renew")}
      </Button>
    );
  }
  if (!has("channel_assessment.create") || channel.status === "retired") return null;
  return (
    <>
      <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
        {t("assess")}
      </Button>
      <AssessmentForm channel={channel} open={making} onClose={() => setMaking(false)} onDone={({ id }) => open(id)} />
    </>
  );
}
