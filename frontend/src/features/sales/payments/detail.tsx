import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { ReasonField } from "../ReasonField";
import { PAYMENTS, paymentQuery } from "./queries";

/** A payment: for which order, how, and whether it stands. */
export default function PaymentPage() {
  const { t } = useTranslation("payment");
  const { id = "" } = useParams({ strict: false });
  const queries = useQueryClient();
  const { data: payment, error } = useQuery(paymentQuery(id));
  if (error) return <Failure error={error} />;
  if (!payment) return <Waiting />;
  return (
    <Page
      title={<Money amount={payment.amount} />}
      tab={t("title")}
      trail={[{ title: t("title"), to: "/sales/payments" }]}
      tags={<StatusTag of="payment" status={payment.status} />}
      actions={
        <ActionBar
          of={payment}
          resource="payment"
          at={PAYMENTS}
          forms={{
            reverse: {
              fields: (
                <ReasonField label={t("reverse_why")} needed={t("reverse_needed")} placeholder={t("reverse_example")} />
              ),
            },
          }}
          consequences={{ reverse: t("reverse_consequence") }}
          onDone={() => queries.invalidateQueries({ queryKey: ["order"] })}
        />
      }
      aside={
        <Section title={t("history")}>
          <History at={PAYMENTS} resource="payment" id={id} />
        </Section>
      }
    >
      <Section title={t("facts")}>
        <Facts
          of={[
            {
              label: t("order"),
              value: <Link to={`/sales/orders/${payment.order_id}`}>{payment.order_number}</Link>,
            },
            { label: t("method"), value: t(`methods.${payment.method}`) },
            { label: t("paid_on"), value: <When at={payment.paid_on} as="date" /> },
            { label: t("reference"), value: payment.reference },
            { label: t("created_at"), value: <When at={payment.created_at} /> },
            { label: t("remark"), value: payment.remark, wide: true },
            ...(payment.reversed_at
              ? [
                  { label: t("reversed_at"), value: <When at={payment.reversed_at} /> },
                  { label: t("reverse_why"), value: payment.reverse_reason, wide: true },
                ]
              : []),
          ]}
        />
      </Section>
    </Page>
  );
}
