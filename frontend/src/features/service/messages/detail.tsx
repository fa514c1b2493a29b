import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { LetterSheet } from "./Letter";
import { MESSAGES, type Message, messageQuery } from "./queries";
import { WhyNot } from "./WhyNot";

/** A message: what the customer reads, whether it left, and if not, why. */
export default function MessagePage() {
  const { t } = useTranslation("message");
  const { id = "" } = useParams({ strict: false });
  const { data: message, error } = useQuery(messageQuery(id));
  if (error) return <Failure error={error} />;
  if (!message) return <Waiting />;
  return (
    <Page
      title={message.subject}
      trail={[{ title: t("title"), to: "/service/messages" }]}
      tags={<StatusTag of="message" status={message.status} />}
      actions={<ActionBar of={message} resource="message" at={MESSAGES} />}
      aside={
        <>
          <Section title={t("facts")}>
            <MessageFacts of={message} />
          </Section>
          <Section title={t("history")}>
            <History at={MESSAGES} resource="message" id={id} />
          </Section>
        </>
      }
    >
      {message.caught ? <Alert type="info" showIcon title={t("caught")} description={t("caught_about")} /> : null}
      {message.error ? (
        <Alert
          type="warning"
          showIcon
          title={<WhyNot code={message.error} />}
          description={t(message.status === "failed" ? "failed_about" : "will_retry")}
        />
      ) : null}
      <Section title={t("as_read")}>
        <LetterSheet of={message} />
      </Section>
    </Page>
  );
}

function MessageFacts({ of: message }: { of: Message }) {
  const { t } = useTranslation("message");
  const has = useDuty();
  return (
    <Facts
      of={[
        { label: t("kind"), value: t(`kinds.${message.kind}`, { defaultValue: message.kind }) },
        { label: t("channel"), value: t(`channels.${message.channel}`, { defaultValue: message.channel }) },
        { label: t("to"), value: message.to_name },
        { label: t("email"), value: message.email_masked },
        { label: t("attempts"), value: message.attempts },
        { label: t("created_at"), value: <When at={message.created_at} /> },
        { label: t("sent_at"), value: <When at={message.sent_at} /> },
        {
          label: t("order"),
          value:
            message.order_id && has("order.read") ? (
              <Link to={`/sales/orders/${message.order_id}`}>{t("order_open")}</Link>
            ) : null,
        },
        {
          label: t("customer"),
          value:
            message.customer_id && has("customer.read") ? (
              <Link to={`/sales/customers/${message.customer_id}`}>{t("customer_open")}</Link>
            ) : null,
        },
      ]}
    />
  );
}
