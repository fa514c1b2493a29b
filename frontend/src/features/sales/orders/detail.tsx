import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Alert, Form, Input, Radio } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { NoteField } from "@/features/marketing/NoteField";
import { DueNow } from "@/features/regulation/obligations/DueNow";
import { ActionBar, type StepForm } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { LinesTable } from "../lines/LinesTable";
import { ReasonField } from "../ReasonField";
import { useRevealed } from "../revealed";
import { OrderForm } from "./form";
import { Paid } from "./Paid";
import { HandoversOf, MessagesOf, Parcels, PaymentsOf } from "./parts";
import { CONFIRMED_BY, ORDERS, type Order, orderQuery, revealOrder } from "./queries";
import { Tracker } from "./Tracker";

/** An order as a tracker: where it stands, what is due, who has signed for it, what was paid, and what the customer knows. */
export default function OrderPage() {
  const { t } = useTranslation("order");
  const { id = "" } = useParams({ strict: false });
  const has = useDuty();
  const { data: order, error } = useQuery(orderQuery(id));
  const [editing, setEditing] = useState(false);
  const forms = useStepForms(order);
  if (error) return <Failure error={error} />;
  if (!order) return <Waiting />;
  return (
    <Page
      title={order.number}
      trail={[{ title: t("title"), to: "/sales/orders" }]}
      tags={
        <>
          <StatusTag of="order" status={order.status} />
          <Paid state={order.payment} />
        </>
      }
      about={<Link to={`/sales/customers/${order.customer_id}`}>{order.customer_name}</Link>}
      actions={
        <ActionBar
          of={order}
          resource="order"
          at={ORDERS}
          onEdit={() => setEditing(true)}
          forms={forms}
          consequences={{ cancel: t(order.placed_at ? "cancel_consequence" : "cancel_draft_consequence") }}
        />
      }
      aside={
        <>
          <Delivery of={order} />
          <Section title={t("facts")}>
            <OrderFacts of={order} />
          </Section>
          <Section title={t("history")}>
            <History at={ORDERS} resource="order" id={id} />
          </Section>
        </>
      }
    >
      <Tracker of={order} />
      {order.cancel_reason ? <Alert type="warning" showIcon title={order.cancel_reason} /> : null}
      <DueNow resource="order" id={id} />
      {has("handover.read") && order.confirmed_at ? <HandoversOf order={order} /> : null}
      <Section title={t("lines")}>
        <LinesTable {...order} />
      </Section>
      {has("fulfilment.read") && order.shipped_at ? <Parcels order={order} /> : null}
      {has("payment.read") ? <PaymentsOf order={order} /> : null}
      {has("message.read") ? <MessagesOf order={order} /> : null}
      <OrderForm order={order} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

function useStepForms(order: Order | undefined): Record<string, StepForm> {
  const { t } = useTranslation("order");
  return {
    confirm: {
      initial: { by: "phone" },
      fields: (
        <>
          <p>{t("confirm_about")}</p>
          <Form.Item name="by" label={t("confirmed_by")} rules={[{ required: true }]}>
            <Radio.Group vertical options={CONFIRMED_BY.map((way) => ({ value: way, label: t(`ways.${way}`) }))} />
          </Form.Item>
          <NoteField label={t("confirm_note")} placeholder={t("confirm_example")} />
        </>
      ),
    },
    hand_over: {
      fields: (
        <>
          <p>{t(order?.needs_setup ? "hand_over_about_setup" : "hand_over_about")}</p>
          <NoteField label={t("note")} />
        </>
      ),
    },
    ship: {
      fields: (
        <>
          <p>{t("ship_about")}</p>
          <Form.Item name="carrier" label={t("carrier")} rules={[{ required: true, message: t("carrier_needed") }]}>
            <Input maxLength={200} placeholder={t("carrier_example")} autoFocus />
          </Form.Item>
          <Form.Item
            name="tracking_number"
            label={t("tracking_number")}
            rules={[
              { required: true, message: t("tracking_needed") },
              { pattern: /^[0-9A-Za-z-]{4,40}$/, message: t("tracking_form") },
            ]}
            normalize={(text: string) => text.trim()}
          >
            <Input maxLength={40} placeholder="SF1390246814703" />
          </Form.Item>
          <NoteField label={t("note")} placeholder={t("ship_example")} />
        </>
      ),
    },
    deliver: {
      fields: (
        <>
          <Form.Item
            name="received_by"
            label={t("received_by")}
            extra={order?.receiver ? t("received_by_about", { receiver: order.receiver }) : undefined}
            normalize={(text: string) => text || null}
          >
            <Input maxLength={200} placeholder={order?.receiver ?? undefined} autoFocus />
          </Form.Item>
          <NoteField label={t("note")} placeholder={t("deliver_example")} />
        </>
      ),
    },
    complete: {
      fields: (
        <>
          <p>{t("complete_about")}</p>
          <NoteField label={t("note")} />
        </>
      ),
    },
    cancel: {
      fields: <ReasonField label={t("cancel_why")} needed={t("cancel_needed")} placeholder={t("cancel_example")} />,
    },
  };
}

// Where it goes: masked, until somebody with the duty says what for.
function Delivery({ of: order }: { of: Order }) {
  const { t } = useTranslation("order");
  const personal = useRevealed(
    { phone: order.phone_masked, address: order.address_masked },
    order.actions.includes("reveal") ? (reason) => revealOrder(order.id, reason) : null,
  );
  return (
    <Section title={t("delivery")} extra={personal.button}>
      <Facts
        of={[
          { label: t("receiver"), value: order.receiver },
          { label: t("phone"), value: personal.phone },
          { label: t("address"), value: personal.address, wide: true },
          { label: t("promised_ship_on"), value: <When at={order.promised_ship_on} as="date" />, wide: true },
          ...(order.remark ? [{ label: t("remark"), value: order.remark, wide: true }] : []),
        ]}
      />
    </Section>
  );
}

function OrderFacts({ of: order }: { of: Order }) {
  const { t } = useTranslation("order");
  const has = useDuty();
  return (
    <Facts
      of={[
        { label: t("owner"), value: <Person name={order.owner_name} /> },
        ...(order.contact_name ? [{ label: t("contact"), value: order.contact_name }] : []),
        { label: t("invoice_title"), value: order.invoice_title, wide: true },
        ...(order.invoice_tax_number
          ? [{ label: t("invoice_tax_number"), value: order.invoice_tax_number, wide: true }]
          : []),
        ...(order.confirmed_by ? [{ label: t("confirmed_by"), value: t(`ways.${order.confirmed_by}`) }] : []),
        ...(order.needs_setup ? [{ label: t("needs_setup"), value: t("setup_yes") }] : []),
        ...(order.opportunity_id && has("opportunity.read")
          ? [
              {
                label: t("opportunity"),
                value: <Link to={`/sales/opportunities/${order.opportunity_id}`}>{t("opportunity_open")}</Link>,
              },
            ]
          : []),
        ...(order.proposal_id && has("proposal.read")
          ? [
              {
                label: t("proposal"),
                value: <Link to={`/sales/proposals/${order.proposal_id}`}>{t("proposal_open")}</Link>,
              },
            ]
          : []),
      ]}
    />
  );
}
