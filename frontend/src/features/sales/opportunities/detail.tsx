import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { NoteField } from "@/features/marketing/NoteField";
import { DueNow } from "@/features/regulation/obligations/DueNow";
import { dayOf } from "@/lib/time";
import { ActionBar, type StepForm } from "@/ui/ActionBar";
import { ClauseChip } from "@/ui/ClauseChip";
import { DayInput } from "@/ui/DayInput";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Lifecycle } from "@/ui/Lifecycle";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { RecordSelect } from "@/ui/RecordSelect";
import { StatusTag } from "@/ui/StatusTag";
import { History, Timeline } from "@/ui/Timeline";
import { readPage } from "@/ui/table/listing";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { Conversation } from "../customers/Conversation";
import { useOrderColumns } from "../orders/columns";
import { ORDERS } from "../orders/queries";
import { useProposalColumns } from "../proposals/columns";
import { ProposalForm } from "../proposals/form";
import { PROPOSALS } from "../proposals/queries";
import { ReasonField } from "../ReasonField";
import { OpportunityForm } from "./form";
import { NextStep } from "./NextStep";
import css from "./opportunities.module.css";
import { OPPORTUNITIES, OPPORTUNITY_PATH, type Opportunity, opportunityQuery, STAGES } from "./queries";
import { StageFacts } from "./StageFacts";

const COLLEAGUES = "/api/v1/org/accounts";
const FOLLOW_UPS = "/api/v1/sales/follow-ups";

/** An opportunity: what the customer needs, what comes next, and what the next stage still asks for. */
export default function OpportunityPage() {
  const { t } = useTranslation("opportunity");
  const { id = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const { data: opportunity, error } = useQuery(opportunityQuery(id));
  const [editing, setEditing] = useState(false);
  const forms = useStepForms();
  if (error) return <Failure error={error} />;
  if (!opportunity) return <Waiting />;

  // A won opportunity is an order, made at once: that is where the work goes on.
  async function toOrder() {
    const [order] = (await readPage(ORDERS, { opportunity_id: id, limit: "1" })).items;
    if (order) void navigate({ to: `/sales/orders/${order.id}` });
  }

  return (
    <Page
      title={opportunity.title}
      trail={[{ title: t("title"), to: "/sales/opportunities" }]}
      tags={<StatusTag of="opportunity" status={opportunity.status} />}
      about={<Link to={`/sales/customers/${opportunity.customer_id}`}>{opportunity.customer_name}</Link>}
      actions={
        <ActionBar
          of={{ ...opportunity, steps: forwardFirst(opportunity) }}
          resource="opportunity"
          at={OPPORTUNITIES}
          onEdit={() => setEditing(true)}
          forms={forms}
          onDone={(_, verb) => verb === "win" && toOrder()}
        />
      }
      aside={
        <>
          <Section title={t("facts")}>
            <OpportunityFacts of={opportunity} />
          </Section>
          <Section title={t("history")}>
            <History at={OPPORTUNITIES} resource="opportunity" id={id} />
          </Section>
        </>
      }
    >
      <Lifecycle resource="opportunity" path={OPPORTUNITY_PATH} status={opportunity.status} />
      <DueNow resource="opportunity" id={id} />
      <Matter of={opportunity} onEdit={() => setEditing(true)} />
      <OpportunityForm opportunity={opportunity} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

// Once the customer has accepted, to win is the way forward; before, it is the next stage. To hold and to lose are asides.
function forwardFirst({ steps, accepted_proposal_id }: Opportunity): Opportunity["steps"] {
  const rank: Record<string, number> = { win: accepted_proposal_id ? 0 : 2, hold: 3, lose: 4, reassign: 3 };
  return [...steps].sort((a, b) => (rank[a.verb] ?? 1) - (rank[b.verb] ?? 1));
}

function useStepForms(): Record<string, StepForm> {
  const { t } = useTranslation("opportunity");
  const tomorrow = dayOf(Date.now() + 86_400_000);
  return {
    lose: {
      fields: (
        <>
          <p>{t("lose_about")}</p>
          <ReasonField label={t("lost_reason")} needed={t("lost_needed")} placeholder={t("lost_example")} />
          <Form.Item name="competitor" label={t("competitor")} normalize={(text: string) => text || null}>
            <Input maxLength={200} placeholder={t("competitor_example")} />
          </Form.Item>
        </>
      ),
    },
    hold: {
      fields: (
        <>
          <p>{t("hold_about")}</p>
          <Form.Item name="until" label={t("until")} rules={[{ required: true, message: t("until_needed") }]}>
            <DayInput min={tomorrow} />
          </Form.Item>
          <NoteField label={t("hold_why")} placeholder={t("hold_example")} />
        </>
      ),
    },
    reassign: {
      fields: (
        <>
          <p>{t("reassign_about")}</p>
          <Form.Item name="owner_id" label={t("owner_new")} rules={[{ required: true, message: t("owner_needed") }]}>
            <RecordSelect at={COLLEAGUES} query={{ status: "active" }} titleOf={({ name }) => name} />
          </Form.Item>
          <NoteField label={t("reassign_why")} />
        </>
      ),
    },
  };
}

function OpportunityFacts({ of: opportunity }: { of: Opportunity }) {
  const { t } = useTranslation("opportunity");
  const has = useDuty();
  return (
    <Facts
      of={[
        {
          label: t("contact"),
          value: opportunity.contact_id ? (
            <Link to={`/sales/contacts/${opportunity.contact_id}`}>{opportunity.contact_name}</Link>
          ) : null,
        },
        { label: t("owner"), value: <Person name={opportunity.owner_name} /> },
        { label: t("stage_since"), value: <When at={opportunity.stage_since} as="relative" /> },
        { label: t("created_at"), value: <When at={opportunity.created_at} /> },
        ...(opportunity.lead_id && has("lead.read")
          ? [
              {
                label: t("lead"),
                value: <Link to={`/sales/leads/${opportunity.lead_id}`}>{t("lead_open")}</Link>,
              },
            ]
          : []),
        ...(opportunity.campaign_id && has("campaign.read")
          ? [
              {
                label: t("campaign"),
                value: <Link to={`/marketing/campaigns/${opportunity.campaign_id}`}>{t("campaign_open")}</Link>,
              },
            ]
          : []),
        ...(opportunity.status === "lost"
          ? [
              { label: t("lost_reason"), value: opportunity.lost_reason, wide: true },
              { label: t("competitor"), value: opportunity.competitor },
            ]
          : []),
        ...(opportunity.closed_at ? [{ label: t("closed_at"), value: <When at={opportunity.closed_at} /> }] : []),
      ]}
    />
  );
}

function Matter({ of: opportunity, onEdit }: { of: Opportunity; onEdit: () => void }) {
  const { t } = useTranslation("opportunity");
  const has = useDuty();
  const [writing, setWriting] = useState(false);
  const navigate = useNavigate();
  const open = STAGES.includes(opportunity.status);
  const edit = opportunity.actions.includes("update") ? (
    <Button size="small" type="text" icon={<EditOutlined />} onClick={onEdit}>
      {t("fill_in")}
    </Button>
  ) : null;
  const write =
    open && has("proposal.create") ? (
      <Button size="small" icon={<PlusOutlined />} onClick={() => setWriting(true)}>
        {t("proposal_new")}
      </Button>
    ) : null;
  return (
    <>
      <Section>
        <dl className={css.figures}>
          <div>
            <dt>{t("amount")}</dt>
            <dd>
              <Money amount={opportunity.amount} />
            </dd>
          </div>
          <div>
            <dt>{t("probability")}</dt>
            <dd>{opportunity.probability}%</dd>
          </div>
          <div>
            <dt>{t("expected_close_on")}</dt>
            <dd>
              <When at={opportunity.expected_close_on} as="date" />
            </dd>
          </div>
          {opportunity.closed_at ? null : (
            <div>
              <dt>{t("next_step")}</dt>
              <dd className={css.nextOne}>
                <NextStep of={opportunity} />
              </dd>
            </div>
          )}
        </dl>
      </Section>
      <div className={open ? css.two : undefined}>
        <Section title={t("needs")} extra={edit}>
          {opportunity.needs ? (
            <p className={css.words}>{opportunity.needs}</p>
          ) : (
            <p className={css.none}>
              {t("no_needs_about")} <ClauseChip clause="2.2.2" />
            </p>
          )}
        </Section>
        {open ? (
          <Section title={t("stage_facts")} extra={<ClauseChip clause="4.2.2" />}>
            <StageFacts of={opportunity} ways={{ needs: edit, amount: edit, proposal_sent_at: write }} />
          </Section>
        ) : null}
      </div>
      {has("proposal.read") ? <ProposalsOf opportunity={opportunity} write={write} /> : null}
      {has("order.read") && opportunity.status === "won" ? <OrdersOf opportunity={opportunity} /> : null}
      {has("follow_up.read") ? <Said opportunity={opportunity} open={open} /> : null}
      <ProposalForm
        opportunity={opportunity}
        open={writing}
        onClose={() => setWriting(false)}
        onDone={({ id }) => navigate({ to: `/sales/proposals/${id}` })}
      />
    </>
  );
}

function ProposalsOf({ opportunity, write }: { opportunity: Opportunity; write: React.ReactNode }) {
  const { t } = useTranslation("opportunity");
  const columns = useProposalColumns().filter(({ key }) => key !== "customer_name" && key !== "owner_name");
  return (
    <Section title={t("proposals")} extra={write} flush>
      <ResourceTable
        at={PROPOSALS}
        resource="proposal"
        columns={columns}
        fixed={{ opportunity_id: opportunity.id }}
        exportable={false}
        empty={
          <p className={`${css.none} ${css.flushNone}`}>
            {t("no_proposals_about")} <ClauseChip clause="4.2.2" />
          </p>
        }
        embedded
      />
    </Section>
  );
}

function OrdersOf({ opportunity }: { opportunity: Opportunity }) {
  const { t } = useTranslation("opportunity");
  const columns = useOrderColumns().filter(({ key }) => key !== "customer_name" && key !== "owner_name");
  return (
    <Section title={t("orders")} flush>
      <ResourceTable
        at={ORDERS}
        resource="order"
        columns={columns}
        fixed={{ opportunity_id: opportunity.id }}
        exportable={false}
        embedded
      />
    </Section>
  );
}

// What was said about it, newest first.
function Said({ opportunity, open }: { opportunity: Opportunity; open: boolean }) {
  const { t } = useTranslation(["opportunity", "customer"]);
  const has = useDuty();
  const [talking, setTalking] = useState(false);
  const { data } = useQuery({
    queryKey: ["opportunity", opportunity.id, "said"],
    queryFn: () => readPage(FOLLOW_UPS, { opportunity_id: opportunity.id, limit: "50" }),
  });
  return (
    <Section
      title={t("said")}
      extra={
        open && has("follow_up.create") ? (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setTalking(true)}>
            {t("customer:talk")}
          </Button>
        ) : null
      }
    >
      {data?.items.length === 0 ? <p className={css.none}>{t("nothing_said")}</p> : null}
      {data ? (
        <Timeline
          moments={data.items.map(({ id, at, channel, content, response, created_by_name }) => ({
            id,
            at,
            by: created_by_name,
            title: (
              <span className={css.said}>
                <span className={css.channel}>{t(`customer:channels.${channel}`)}</span>
                {content}
              </span>
            ),
            note: response,
          }))}
        />
      ) : null}
      <Conversation about={{ opportunity_id: opportunity.id }} open={talking} onClose={() => setTalking(false)} />
    </Section>
  );
}
