import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Alert, Form, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { NoteField } from "@/features/marketing/NoteField";
import { DueNow } from "@/features/regulation/obligations/DueNow";
import { ActionBar, type StepForm } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Lifecycle } from "@/ui/Lifecycle";
import { LinkButton } from "@/ui/LinkButton";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { LinesTable } from "../lines/LinesTable";
import { opportunityQuery } from "../opportunities/queries";
import { ReasonField } from "../ReasonField";
import { ProposalForm } from "./form";
import css from "./proposals.module.css";
import {
  FREE_DISCOUNT,
  overFreeDiscount,
  PROPOSAL_PATH,
  PROPOSAL_PATH_APPROVED,
  PROPOSALS,
  type Proposal,
  proposalQuery,
} from "./queries";

const WAYS = ["email", "wechat", "in-person"] as const;

/** A proposal as the customer gets it, with the way that it goes. */
export default function ProposalPage() {
  const { t } = useTranslation("proposal");
  const { id = "" } = useParams({ strict: false });
  const { data: proposal, error } = useQuery(proposalQuery(id));
  const [editing, setEditing] = useState(false);
  const forms = useStepForms();
  if (error) return <Failure error={error} />;
  if (!proposal) return <Waiting />;
  const over = overFreeDiscount(proposal);
  return (
    <Page
      title={proposal.title}
      trail={[{ title: t("title"), to: "/sales/proposals" }]}
      tags={
        <>
          <StatusTag of="proposal" status={proposal.status} />
          <span className="z-none">
            {t("edition_number", { number: proposal.edition })} · {proposal.number}
          </span>
        </>
      }
      about={<Link to={`/sales/customers/${proposal.customer_id}`}>{proposal.customer_name}</Link>}
      actions={
        <ActionBar
          of={{ ...proposal, steps: forwardFirst(proposal, over) }}
          resource="proposal"
          at={PROPOSALS}
          onEdit={() => setEditing(true)}
          forms={forms}
        />
      }
      aside={
        <>
          <Section title={t("facts")}>
            <ProposalFacts of={proposal} />
          </Section>
          <Section title={t("history")}>
            <History at={PROPOSALS} resource="proposal" id={id} />
          </Section>
        </>
      }
    >
      <Lifecycle resource="proposal" path={over ? PROPOSAL_PATH_APPROVED : PROPOSAL_PATH} status={proposal.status} />
      <DueNow resource="proposal" id={id} />
      <WhatNext of={proposal} over={over} />
      <Section title={t("lines")}>
        <LinesTable {...proposal} />
      </Section>
      <Section title={t("solution")}>
        <p className={css.words}>{proposal.solution}</p>
        {proposal.terms ? (
          <>
            <h3 className={css.part}>{t("terms")}</h3>
            <p className={css.words}>{proposal.terms}</p>
          </>
        ) : null}
      </Section>
      <ProposalForm proposal={proposal} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

// A discount beyond the free one goes through an approval first, any other straight to the customer; to revise is an aside.
function forwardFirst({ status, steps }: Proposal, over: boolean): Proposal["steps"] {
  const notNow = status === "draft" ? (over ? "send" : "submit") : null;
  const ways = steps.filter(({ verb }) => verb !== notNow);
  return [...ways.filter(({ verb }) => verb !== "revise"), ...ways.filter(({ verb }) => verb === "revise")];
}

function useStepForms(): Record<string, StepForm> {
  const { t } = useTranslation("proposal");
  return {
    submit: { fields: <NoteField label={t("submit_why")} placeholder={t("submit_example")} /> },
    approve: { fields: <NoteField label={t("opinion")} /> },
    return: {
      fields: <ReasonField label={t("return_why")} needed={t("reason_needed")} placeholder={t("return_example")} />,
    },
    revise: {
      fields: (
        <>
          <p>{t("revise_about")}</p>
          <NoteField label={t("revise_why")} />
        </>
      ),
    },
    send: {
      initial: { by: "email" },
      fields: (
        <>
          <p>{t("send_about")}</p>
          <Form.Item name="by" label={t("send_by")} rules={[{ required: true }]}>
            <Radio.Group vertical options={WAYS.map((way) => ({ value: way, label: t(`ways.${way}`) }))} />
          </Form.Item>
          <NoteField label={t("send_note")} placeholder={t("send_example")} />
        </>
      ),
    },
    accept: {
      fields: (
        <>
          <p>{t("accept_about")}</p>
          <NoteField label={t("accept_note")} placeholder={t("accept_example")} />
        </>
      ),
    },
    decline: {
      fields: <ReasonField label={t("decline_why")} needed={t("reason_needed")} placeholder={t("decline_example")} />,
    },
  };
}

// One sentence on what comes next, where the state alone does not say it.
function WhatNext({ of: proposal, over }: { of: Proposal; over: boolean }) {
  const { t } = useTranslation("proposal");
  const { data: opportunity } = useQuery({
    ...opportunityQuery(proposal.opportunity_id),
    enabled: proposal.status === "accepted",
  });
  if (proposal.status === "draft" && over) {
    return <Alert type="info" showIcon title={t("over_free", { free: FREE_DISCOUNT })} />;
  }
  if (proposal.status === "accepted" && opportunity?.actions.includes("win")) {
    return (
      <Alert
        type="success"
        showIcon
        title={t("win_next")}
        action={
          <LinkButton size="small" to={`/sales/opportunities/${proposal.opportunity_id}`}>
            {t("to_opportunity")}
          </LinkButton>
        }
      />
    );
  }
  if (proposal.status === "declined") return <Alert type="warning" showIcon title={proposal.decline_reason} />;
  return null;
}

function ProposalFacts({ of: proposal }: { of: Proposal }) {
  const { t } = useTranslation("proposal");
  return (
    <Facts
      of={[
        {
          label: t("opportunity"),
          value: <Link to={`/sales/opportunities/${proposal.opportunity_id}`}>{t("opportunity_open")}</Link>,
        },
        { label: t("contact"), value: proposal.contact_name },
        { label: t("valid_until"), value: <When at={proposal.valid_until} as="date" /> },
        { label: t("owner"), value: <Person name={proposal.owner_name} /> },
        { label: t("sent_at"), value: <When at={proposal.sent_at} /> },
        { label: t("send_by"), value: proposal.sent_by ? t(`ways.${proposal.sent_by}`) : null },
        { label: t("answered_at"), value: <When at={proposal.answered_at} /> },
        { label: t("created_at"), value: <When at={proposal.created_at} /> },
      ]}
    />
  );
}
