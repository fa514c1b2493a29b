import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Alert, Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { currentSession } from "@/api/session";
import { DueNow } from "@/features/regulation/obligations/DueNow";
import { recordPath } from "@/lib/resources";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Lifecycle } from "@/ui/Lifecycle";
import { LinkButton } from "@/ui/LinkButton";
import { Money } from "@/ui/Money";
import { showDone } from "@/ui/notices";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { When } from "@/ui/When";
import { Conversations } from "../follow-ups/Conversations";
import { FollowUpForm } from "../follow-ups/form";
import { useRevealed } from "../revealed";
import { LeadForm } from "./form";
import { Holder } from "./Holder";
import css from "./leads.module.css";
import { Offered } from "./Offered";
import { called, LEAD_WAY, LEADS, type Lead, POOL, revealLead } from "./queries";
import { Score } from "./Score";
import { useLeadSteps } from "./steps";

// The way forward first: the bar fills the first one that ends nothing.
const FORWARD = ["claim", "screen", "qualify", "contact", "convert", "nurture", "assign"];

/** 2.2.1, 4.1, 4.2 One lead: who it is, what is due, what was said, why it scored so, and what one may do. */
export function LeadPage({ lead, pooled = false }: { lead: Lead; pooled?: boolean }) {
  const { t } = useTranslation("lead");
  const has = useDuty();
  const navigate = useNavigate();
  const [editing, setEditing] = useState(false);
  const [speaking, setSpeaking] = useState(false);
  const forms = useLeadSteps(lead);
  const personal = useRevealed(
    { phone: lead.phone_masked, email: lead.email_masked },
    lead.actions.includes("reveal") ? (reason) => revealLead(lead.id, reason) : null,
  );
  const session = currentSession();
  const me = session.state === "in" ? session.account.id : null;
  const placeOf = (verb: string) => (FORWARD.includes(verb) ? FORWARD.indexOf(verb) : FORWARD.length);
  const steps = [...lead.steps].sort((a, b) => placeOf(a.verb) - placeOf(b.verb));
  // Whoever may change the lead speaks with it; the API has the last word.
  const speaks = !pooled && has("follow_up.create") && lead.actions.includes("update") && lead.status !== "pool";
  const speak = speaks ? (
    <Button icon={<PlusOutlined />} onClick={() => setSpeaking(true)}>
      {t("speak")}
    </Button>
  ) : null;

  function done(fresh: Lead, verb: string) {
    if (verb === "convert" && fresh.opportunity_id) {
      return void navigate({ to: `/sales/opportunities/${fresh.opportunity_id}` });
    }
    if (pooled && fresh.owner_id === me) return void navigate({ to: `/sales/leads/${fresh.id}` });
    if (verb === "release" && !has("lead.assign")) return void navigate({ to: "/sales/leads" });
    if (verb !== "qualify" || fresh.owner_id === me) return;
    showDone(fresh.owner_name ? t("given_to", { name: fresh.owner_name }) : t("waits"));
    if (!has("lead.assign")) void navigate({ to: "/sales/leads" });
  }

  return (
    <Page
      title={called(lead.name, lead.company)}
      trail={[pooled ? { title: t("pool:title"), to: "/sales/pool" } : { title: t("title"), to: "/sales/leads" }]}
      tags={
        <>
          <StatusTag of="lead" status={lead.status} />
          {lead.key ? <span className={css.key}>{t("key")}</span> : null}
        </>
      }
      about={t(`next.${lead.status}`, { defaultValue: "" })}
      actions={
        <ActionBar
          of={{ ...lead, steps }}
          resource="lead"
          at={LEADS}
          forms={forms}
          consequences={{
            disqualify: t("disqualify_consequence"),
            lose: t("lose_consequence"),
          }}
          onEdit={pooled ? undefined : () => setEditing(true)}
          onDone={done}
        />
      }
      aside={
        <>
          <Section title={t("holder")}>
            <Holder lead={lead} />
          </Section>
          {pooled ? null : (
            <Section title={t("score_title")}>
              <Score leadId={lead.id} />
            </Section>
          )}
          <Section title={t("attribution")}>
            <Origin lead={lead} />
          </Section>
          <Section title={t("history")}>
            <History at={pooled ? POOL : LEADS} resource="lead" id={lead.id} />
          </Section>
        </>
      }
    >
      <Ended lead={lead} />
      <DueNow resource="lead" id={lead.id} />
      {pooled ? null : <Offered leadId={lead.id} />}
      <Section>
        <Lifecycle resource="lead" path={LEAD_WAY} status={lead.status} />
      </Section>
      <Section title={t("facts")} extra={personal.button}>
        <Facts
          of={[
            { label: t("name"), value: lead.name },
            { label: t("phone"), value: personal.phone },
            { label: t("email"), value: personal.email },
            { label: t("company"), value: lead.company },
            { label: t("position"), value: lead.title },
            { label: t("region"), value: lead.region },
            { label: t("product_interest"), value: lead.product_interest },
            { label: t("budget"), value: lead.budget ? <Money amount={lead.budget} /> : null },
            ...(lead.next_contact_at
              ? [{ label: t("next_contact_at"), value: <When at={lead.next_contact_at} /> }]
              : []),
            { label: t("need"), value: lead.need ? <p className={css.words}>{lead.need}</p> : null, wide: true },
          ]}
        />
        <FromFile facts={lead.facts} />
      </Section>
      {has("follow_up.read") && !pooled ? (
        <Section title={t("said")} extra={speak}>
          <Conversations leadId={lead.id} first={speak} />
        </Section>
      ) : null}
      <LeadForm lead={lead} open={editing} onClose={() => setEditing(false)} />
      <FollowUpForm lead={lead} open={speaking} onClose={() => setSpeaking(false)} />
    </Page>
  );
}

// What became of a lead that is worked on no longer, and the way there.
function Ended({ lead }: { lead: Lead }) {
  const { t } = useTranslation("lead");
  const has = useDuty();
  if (lead.status === "converted") {
    return (
      <Alert
        type="success"
        showIcon
        title={t("converted")}
        description={t("converted_about")}
        action={
          <div className={css.ways}>
            {lead.customer_id && has("customer.read") ? (
              <LinkButton to={`/sales/customers/${lead.customer_id}`}>{t("to_customer")}</LinkButton>
            ) : null}
            {lead.opportunity_id && has("opportunity.read") ? (
              <LinkButton to={`/sales/opportunities/${lead.opportunity_id}`} color="primary" variant="solid">
                {t("to_opportunity")}
              </LinkButton>
            ) : null}
          </div>
        }
      />
    );
  }
  if (lead.merged_into_id) {
    return (
      <Alert
        type="info"
        showIcon
        title={t("merged")}
        action={<LinkButton to={`/sales/leads/${lead.merged_into_id}`}>{t("to_kept")}</LinkButton>}
      />
    );
  }
  if (lead.status === "lost" && lead.lost_reason) {
    return <Alert type="warning" showIcon title={t("lost", { reason: lead.lost_reason })} />;
  }
  if (lead.status === "disqualified" && lead.disqualified_reason) {
    return <Alert type="warning" showIcon title={t("disqualified", { reason: lead.disqualified_reason })} />;
  }
  return null;
}

// The channel, the campaign and the link that brought it, each with the way to its page where one may read it.
function Origin({ lead }: { lead: Lead }) {
  const { t } = useTranslation("lead");
  const has = useDuty();
  const way = (resource: string, id: string | null, text: string | null) => {
    const path = id && has(`${resource}.read`) ? recordPath(resource, id) : null;
    return path && text ? <Link to={path}>{text}</Link> : text;
  };
  return (
    <Facts
      of={[
        { label: t("source"), value: lead.source_name },
        { label: t("channel"), value: way("channel", lead.channel_id, lead.channel_name) },
        { label: t("campaign"), value: way("campaign", lead.campaign_id, lead.campaign_name) },
        { label: t("arrived_at"), value: <When at={lead.arrived_at} /> },
        ...(lead.link_id ? [{ label: t("link"), value: way("tracked_link", lead.link_id, t("link")) }] : []),
        ...(lead.form_id ? [{ label: t("source"), value: way("lead_form", lead.form_id, t("brought_by_form")) }] : []),
        ...(lead.import_id
          ? [{ label: t("import"), value: way("lead_import", lead.import_id, t("brought_by_import")) }]
          : []),
        ...(lead.visitor_id ? [{ label: t("visitor"), value: t("visitor_tracked") }] : []),
        ...(lead.original_author ? [{ label: t("original_author"), value: lead.original_author }] : []),
        ...(lead.external_id ? [{ label: t("external_id"), value: lead.external_id, wide: true }] : []),
        ...(lead.landing_page ? [{ label: t("landing_page"), value: lead.landing_page, wide: true }] : []),
      ]}
    />
  );
}

function FromFile({ facts }: { facts: Lead["facts"] }) {
  const { t } = useTranslation("lead");
  const entries = Object.entries(facts);
  if (entries.length === 0) return null;
  return (
    <details className={css.more}>
      <summary>
        {t("more_facts")} <span className="z-none">{entries.length}</span>
      </summary>
      <Facts of={entries.map(([label, value]) => ({ label, value: String(value) }))} />
    </details>
  );
}
