import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { customerQuery } from "../customers/queries";
import { useRevealed } from "../revealed";
import { ContactForm } from "./form";
import { type Contact, contactQuery, revealContact } from "./queries";

/** A person of a customer. */
export default function ContactPage() {
  const { id = "" } = useParams({ strict: false });
  const { data: contact, error } = useQuery(contactQuery(id));
  if (error) return <Failure error={error} />;
  if (!contact) return <Waiting />;
  return <Person of={contact} />;
}

function Person({ of: contact }: { of: Contact }) {
  const { t } = useTranslation("contact");
  const [editing, setEditing] = useState(false);
  const { data: customer } = useQuery(customerQuery(contact.customer_id));
  const personal = useRevealed(
    { phone: contact.phone_masked, email: contact.email_masked },
    contact.actions.includes("reveal") ? (reason) => revealContact(contact.id, reason) : null,
  );
  return (
    <Page
      width="reading"
      title={contact.name}
      trail={[{ title: t("title"), to: "/sales/contacts" }]}
      about={contact.position}
      actions={
        contact.actions.includes("update") ? (
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {t("edit")}
          </Button>
        ) : null
      }
    >
      <Section title={t("facts")} extra={personal.button}>
        <Facts
          of={[
            {
              label: t("customer"),
              value: <Link to={`/sales/customers/${contact.customer_id}`}>{customer?.name ?? t("customer_open")}</Link>,
            },
            { label: t("phone"), value: personal.phone },
            { label: t("email"), value: personal.email },
            { label: t("wechat"), value: contact.wechat },
            { label: t("main"), value: contact.main ? t("main_yes") : null },
            { label: t("updated_at"), value: <When at={contact.updated_at} /> },
            { label: t("remark"), value: contact.remark, wide: true },
          ]}
        />
      </Section>
      <ContactForm contact={contact} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}
