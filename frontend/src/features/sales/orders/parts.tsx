import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { HANDOVERS } from "@/features/org/handovers/queries";
import { Receipt } from "@/features/org/handovers/Receipt";
import { Letter } from "@/features/service/messages/Letter";
import { MESSAGES, type MessageRow } from "@/features/service/messages/queries";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { ClauseChip } from "@/ui/ClauseChip";
import { CopyText } from "@/ui/CopyText";
import { Money } from "@/ui/Money";
import { Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { readPage } from "@/ui/table/listing";
import { When } from "@/ui/When";
import { FULFILMENTS } from "../fulfilments/queries";
import { PaymentForm } from "../payments/form";
import { PAYMENTS } from "../payments/queries";
import css from "./orders.module.css";
import type { Order } from "./queries";

/** 4.3.2 Which department has signed for its part, and which has not, each with its clock. */
export function HandoversOf({ order }: { order: Order }) {
  const { t } = useTranslation("order");
  const { data } = useQuery({
    queryKey: ["handover", "of", order.id],
    queryFn: () => readPage(HANDOVERS, { record_id: order.id, sort: "offered_at" }),
  });
  if (!data?.items.length) {
    return order.status === "confirmed" ? (
      <Section title={t("handovers")} extra={<ClauseChip clause="4.3.2" />}>
        <p className={css.nothing}>{t("no_handovers")}</p>
      </Section>
    ) : null; // none that this person may see
  }
  return (
    <Section title={t("handovers")} extra={<ClauseChip clause="4.3.2" />}>
      <ul className={css.receipts}>
        {data.items.map((handover) => (
          <li key={handover.id}>
            <Receipt of={handover} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** 4.3.3 What was sent off. */
export function Parcels({ order }: { order: Order }) {
  const { t } = useTranslation("order");
  const { data } = useQuery({
    queryKey: ["fulfilment", "of", order.id],
    queryFn: () => readPage(FULFILMENTS, { order_id: order.id }),
  });
  return (
    <Section title={t("parcels")}>
      <ul className={css.rows}>
        {data?.items.map((parcel) => (
          <li key={parcel.id}>
            <strong>{parcel.carrier}</strong>
            <CopyText text={parcel.tracking_number} />
            <span className={css.soft}>
              {t("shipped")} <When at={parcel.shipped_at} />
            </span>
            <span className={css.soft}>
              {parcel.delivered_at ? (
                <>
                  {t("delivered_to", { who: parcel.received_by ?? "" })} <When at={parcel.delivered_at} />
                </>
              ) : (
                t("under_way")
              )}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** 4.3.1 What was paid: the sum of the ledger, and the payments that it comes from. */
export function PaymentsOf({ order }: { order: Order }) {
  const { t } = useTranslation("order");
  const has = useDuty();
  const language = useLanguage();
  const [recording, setRecording] = useState(false);
  const { data } = useQuery({
    queryKey: ["payment", "of", order.id],
    queryFn: () => readPage(PAYMENTS, { order_id: order.id, limit: "100" }),
  });
  const [paid, total] = [Number(order.paid), Number(order.total)];
  const payable = order.status !== "draft" && order.status !== "cancelled" && order.payment !== "paid";
  return (
    <Section
      title={t("payments")}
      extra={
        payable && has("payment.create") ? (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setRecording(true)}>
            {t("payment_new")}
          </Button>
        ) : null
      }
    >
      <div className={css.paid}>
        <span>
          <Money amount={order.paid} /> <span className="z-none">/ </span>
          <Money amount={order.total} />
        </span>
        <span className="z-none">{total > 0 ? percent(paid / total, language, 0) : null}</span>
        <span className={css.track} aria-hidden="true">
          <span style={{ width: total > 0 ? `${Math.min(100, (100 * paid) / total)}%` : 0 }} />
        </span>
      </div>
      {data?.items.length === 0 ? <p className={css.none}>{t("no_payments")}</p> : null}
      <ul className={css.rows}>
        {data?.items.map((payment) => (
          <li key={payment.id} className={payment.status === "reversed" ? css.reversed : undefined}>
            <Link to={`/sales/payments/${payment.id}`} className={css.amount}>
              <Money amount={payment.amount} />
            </Link>
            <span>{t(`methods.${payment.method}`)}</span>
            <span className={css.soft}>
              <When at={payment.paid_on} as="date" />
            </span>
            <span className={css.soft}>{payment.reference}</span>
            <StatusTag of="payment" status={payment.status} />
          </li>
        ))}
      </ul>
      <PaymentForm order={order} open={recording} onClose={() => setRecording(false)} />
    </Section>
  );
}

/** 4.3.3 What the customer was told, as the customer reads it. */
export function MessagesOf({ order }: { order: Order }) {
  const { t } = useTranslation("order");
  const [reading, setReading] = useState<MessageRow | null>(null);
  const { data } = useQuery({
    queryKey: ["message", "of", order.id],
    queryFn: () => readPage(MESSAGES, { order_id: order.id, limit: "100" }),
  });
  return (
    <Section title={t("messages")} extra={<ClauseChip clause="4.3.3" />}>
      {data?.items.length === 0 ? <p className={css.nothing}>{t("no_messages")}</p> : null}
      <ul className={css.rows}>
        {data?.items.map((message) => (
          <li key={message.id}>
            <button type="button" className={css.subject} onClick={() => setReading(message)}>
              {message.subject}
            </button>
            <StatusTag of="message" status={message.status} />
            <span className={css.soft}>
              <When at={message.sent_at ?? message.created_at} />
            </span>
          </li>
        ))}
      </ul>
      <Letter of={reading} onClose={() => setReading(null)} />
    </Section>
  );
}
