import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Form, Input, Tabs } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { dayOf } from "@/lib/time";
import { ActionBar, type StepForm } from "@/ui/ActionBar";
import { Empty } from "@/ui/Empty";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Lifecycle } from "@/ui/Lifecycle";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { useAmendmentColumns } from "../campaign-amendments/columns";
import { AmendmentForm } from "../campaign-amendments/form";
import { AMENDABLE, AMENDMENTS } from "../campaign-amendments/queries";
import { useLinkColumns } from "../links/columns";
import { LinkForm } from "../links/form";
import { LINKS } from "../links/queries";
import { NoteField } from "../NoteField";
import { useSpendColumns } from "../spend/columns";
import { SpendForm } from "../spend/form";
import { SPEND } from "../spend/queries";
import { Budget } from "./Budget";
import css from "./detail.module.css";
import { CampaignForm } from "./form";
import { Goals } from "./Goals";
import { Period } from "./Period";
import { CAMPAIGN_PATH, CAMPAIGNS, type Campaign, campaignQuery } from "./queries";

/** A campaign: what it is to reach and has reached, what it costs, by which plan, and the links that bring people. */
export default function CampaignPage() {
  const { t } = useTranslation("campaign");
  const { id = "" } = useParams({ strict: false });
  const { data: campaign, error } = useQuery(campaignQuery(id));
  const has = useDuty();
  const [editing, setEditing] = useState(false);
  const forms = useStepForms(campaign);
  if (error) return <Failure error={error} />;
  if (!campaign) return <Waiting />;
  return (
    <Page
      title={campaign.name}
      trail={[{ title: t("title"), to: "/marketing/campaigns" }]}
      tags={<StatusTag of="campaign" status={campaign.status} />}
      actions={
        <ActionBar
          of={{ ...campaign, steps: forwardFirst(campaign.steps) }}
          resource="campaign"
          at={CAMPAIGNS}
          onEdit={() => setEditing(true)}
          forms={forms}
          consequences={{ cancel: t("cancel_consequence") }}
        />
      }
      aside={
        <>
          <Section title={t("facts")}>
            <CampaignFacts of={campaign} />
          </Section>
          <Section title={t("history")}>
            <History at={CAMPAIGNS} resource="campaign" id={id} />
          </Section>
        </>
      }
    >
      <Lifecycle resource="campaign" path={CAMPAIGN_PATH} status={campaign.status} />
      <div className={css.figures}>
        <Section
          title={t("goals")}
          extra={
            campaign.started_at && has("funnel.read") ? (
              <Link to={`/analytics/funnel?by=day&campaign_id=${campaign.id}`}>{t("to_funnel")}</Link>
            ) : null
          }
        >
          <Goals of={campaign} />
        </Section>
        <Section title={t("budget")} extra={<RaiseBudget campaign={campaign} />}>
          <Budget of={campaign} />
        </Section>
      </div>
      {campaign.reviewed_at ? <Review of={campaign} /> : null}
      <Parts campaign={campaign} />
      <CampaignForm campaign={campaign} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

// To run on or to end is the way forward; a pause is a way aside, and so does not get the filled button.
function forwardFirst(steps: Campaign["steps"]): Campaign["steps"] {
  return [...steps.filter(({ verb }) => verb !== "pause"), ...steps.filter(({ verb }) => verb === "pause")];
}

function CampaignFacts({ of: campaign }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  const facts = [
    {
      label: t("channel"),
      value: <Link to={`/marketing/channels/${campaign.channel_id}`}>{campaign.channel_name}</Link>,
    },
    { label: t("kind"), value: t(`kinds.${campaign.kind}`) },
    { label: t("period"), value: <Period from={campaign.begins_on} to={campaign.ends_on} />, wide: true },
    { label: t("code"), value: <code>{campaign.code}</code> },
    { label: t("owner"), value: <Person name={campaign.owner_name} /> },
    { label: t("approved_by"), value: campaign.approved_by_name ? <Person name={campaign.approved_by_name} /> : null },
    { label: t("approved_at"), value: <When at={campaign.approved_at} /> },
    { label: t("started_at"), value: <When at={campaign.started_at} /> },
    { label: t("finished_at"), value: <When at={campaign.finished_at} /> },
  ];
  return <Facts of={facts} />;
}

function useStepForms(campaign: Campaign | undefined): Record<string, StepForm> {
  const { t } = useTranslation("campaign");
  const early = campaign !== undefined && dayOf(Date.now()) < campaign.begins_on;
  const written = (name: string, label: string) => (
    <Form.Item name={name} label={label} rules={[{ required: true, whitespace: true, message: t("review_needed") }]}>
      <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={5000} />
    </Form.Item>
  );
  return {
    approve: { fields: <NoteField label={t("opinion")} placeholder={t("opinion_example")} /> },
    return: { fields: <NoteField label={t("missing")} needed={t("missing_needed")} /> },
    pause: { fields: <NoteField label={t("pause_why")} placeholder={t("pause_example")} /> },
    cancel: { fields: <NoteField label={t("cancel_why")} needed={t("cancel_needed")} /> },
    finish: {
      fields: (
        <>
          <p>{t("finish_about")}</p>
          <NoteField label={t("remark")} />
        </>
      ),
    },
    review: {
      fields: (
        <>
          <p>{t("review_about")}</p>
          {written("worked", t("worked"))}
          {written("failed", t("failed"))}
          {written("next_time", t("next_time"))}
        </>
      ),
    },
    ...(early ? { start: { fields: <NoteField label={t("early_why")} needed={t("early_needed")} /> } } : {}),
  };
}

function RaiseBudget({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaign");
  const has = useDuty();
  const navigate = useNavigate();
  const [asking, setAsking] = useState(false);
  if (!AMENDABLE.includes(campaign.status) || !has("campaign_amendment.create")) return null;
  return (
    <>
      <Button size="small" onClick={() => setAsking(true)}>
        {t("raise_budget")}
      </Button>
      <AmendmentForm
        campaign={campaign}
        open={asking}
        onClose={() => setAsking(false)}
        onDone={({ id }) => navigate({ to: `/marketing/campaign-amendments/${id}` })}
      />
    </>
  );
}

function Review({ of: { worked, failed, next_time } }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  return (
    <Section title={t("review")}>
      <dl className={css.review}>
        <dt>{t("worked")}</dt>
        <dd>{worked}</dd>
        <dt>{t("failed")}</dt>
        <dd>{failed}</dd>
        <dt>{t("next_time")}</dt>
        <dd>{next_time}</dd>
      </dl>
    </Section>
  );
}

// The parts below stand in the address, so that one can be linked.
function Parts({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaign");
  const has = useDuty();
  const navigate = useNavigate();
  const { tab = "plan" } = useSearch({ strict: false }) as { tab?: string };
  const parts: { key: string; duty: string; matter: ReactNode; action?: ReactNode }[] = [
    { key: "plan", duty: "campaign.read", matter: <Plan of={campaign} /> },
    {
      key: "links",
      duty: "tracked_link.read",
      matter: <Links of={campaign} />,
      action: <MakeLink campaign={campaign} />,
    },
    {
      key: "spend",
      duty: "spend.read",
      matter: <SpendRows of={campaign} />,
      action: <BookSpend campaign={campaign} />,
    },
    { key: "amendments", duty: "campaign_amendment.read", matter: <Amendments of={campaign} /> },
  ];
  const action = parts.find(({ key }) => key === tab)?.action;
  return (
    <div className={css.parts}>
      {action ? <div className={css.action}>{action}</div> : null}
      <Tabs
        activeKey={tab}
        onChange={(key) => navigate({ to: ".", search: { tab: key } as never, replace: true })}
        items={parts
          .filter(({ duty }) => has(duty))
          .map(({ key, matter }) => ({ key, label: t(`parts.${key}`), children: matter }))}
      />
    </div>
  );
}

function Plan({ of: { audience, message, plan } }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  return (
    <Section>
      <dl className={css.plan}>
        <dt>{t("audience")}</dt>
        <dd>{audience}</dd>
        <dt>{t("message")}</dt>
        <dd>{message}</dd>
        <dt>{t("plan")}</dt>
        <dd>{plan}</dd>
      </dl>
    </Section>
  );
}

function Links({ of: campaign }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  const columns = useLinkColumns().filter(({ key }) => key !== "campaign_name" && key !== "channel_name");
  return (
    <Section flush>
      <ResourceTable
        at={LINKS}
        resource="tracked_link"
        columns={columns}
        fixed={{ campaign_id: campaign.id }}
        exportable={false}
        empty={
          <Empty
            title={t("no_links")}
            about={t(takesLinks(campaign) ? "no_links_about" : "no_links_yet")}
            clause="3.3.1"
          />
        }
        embedded
      />
    </Section>
  );
}

function takesLinks({ status }: Campaign): boolean {
  return status === "approved" || status === "running";
}

function MakeLink({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaign");
  const has = useDuty();
  const [making, setMaking] = useState(false);
  if (!takesLinks(campaign) || !has("tracked_link.create")) return null;
  return (
    <>
      <Button icon={<PlusOutlined />} onClick={() => setMaking(true)}>
        {t("make_link")}
      </Button>
      <LinkForm campaign={campaign} open={making} onClose={() => setMaking(false)} />
    </>
  );
}

function SpendRows({ of: campaign }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  const columns = useSpendColumns().filter(({ key }) => key !== "campaign_name" && key !== "channel_name");
  return (
    <Section flush>
      <ResourceTable
        at={SPEND}
        resource="spend"
        columns={columns}
        fixed={{ campaign_id: campaign.id }}
        exportable={false}
        empty={
          <Empty
            title={t("no_spend")}
            about={t(hasBudget(campaign) ? "no_spend_about" : "no_spend_yet")}
            clause="1.3.3"
          />
        }
        embedded
      />
    </Section>
  );
}

function hasBudget({ status }: Campaign): boolean {
  return !["draft", "submitted", "returned"].includes(status);
}

function BookSpend({ campaign }: { campaign: Campaign }) {
  const { t } = useTranslation("campaign");
  const has = useDuty();
  const [booking, setBooking] = useState(false);
  if (!hasBudget(campaign) || !has("spend.create")) return null;
  return (
    <>
      <Button icon={<PlusOutlined />} onClick={() => setBooking(true)}>
        {t("book_spend")}
      </Button>
      <SpendForm campaign={campaign} open={booking} onClose={() => setBooking(false)} />
    </>
  );
}

function Amendments({ of: campaign }: { of: Campaign }) {
  const { t } = useTranslation("campaign");
  const known = ["campaign_name", "created_at", "decided_by_name"];
  const columns = useAmendmentColumns().filter(({ key }) => !known.includes(key));
  return (
    <Section flush>
      <ResourceTable
        at={AMENDMENTS}
        resource="campaign_amendment"
        columns={[
          { key: "created_at", title: t("amendment_asked"), show: ({ created_at }) => <When at={created_at} /> },
          ...columns,
        ]}
        fixed={{ campaign_id: campaign.id }}
        exportable={false}
        empty={<Empty title={t("no_amendments")} about={t("no_amendments_about")} clause="1.3.3" />}
        embedded
      />
    </Section>
  );
}
