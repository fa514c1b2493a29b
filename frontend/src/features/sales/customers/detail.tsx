import { EditOutlined, PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { Button, Tabs } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { DueNow } from "@/features/regulation/obligations/DueNow";
import { useMessageColumns } from "@/features/service/messages/columns";
import { MESSAGES } from "@/features/service/messages/queries";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { Telephone } from "@/ui/Telephone";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { ContactForm } from "../contacts/form";
import { type ContactRow, contactsOf, revealContact } from "../contacts/queries";
import { useOpportunityColumns } from "../opportunities/columns";
import { OpportunityForm } from "../opportunities/form";
import { OPPORTUNITIES } from "../opportunities/queries";
import { useOrderColumns } from "../orders/columns";
import { OrderForm } from "../orders/form";
import { ORDERS } from "../orders/queries";
import { useRevealed } from "../revealed";
import { Conversation } from "./Conversation";
import { CustomerTimeline } from "./CustomerTimeline";
import css from "./customers.module.css";
import { CustomerForm } from "./form";
import { Level } from "./Level";
import { type Customer, customerQuery, revealCustomer } from "./queries";

/** A customer: who it is, whom one speaks with, and everything that happened. */
export default function CustomerPage() {
  const { id = "" } = useParams({ strict: false });
  const { data: customer, error } = useQuery(customerQuery(id));
  if (error) return <Failure error={error} />;
  if (!customer) return <Waiting />;
  return <CustomerFile of={customer} />;
}

function CustomerFile({ of: customer }: { of: Customer }) {
  const { t } = useTranslation("customer");
  const has = useDuty();
  const [editing, setEditing] = useState(false);
  const [talking, setTalking] = useState(false);
  return (
    <Page
      title={customer.name}
      trail={[{ title: t("title"), to: "/sales/customers" }]}
      tags={<Level of={customer.level} />}
      about={[customer.number, customer.region, customer.industry].filter(Boolean).join(" · ")}
      actions={
        <>
          {customer.actions.includes("update") ? (
            <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
              {t("edit_short")}
            </Button>
          ) : null}
          {has("follow_up.create") ? (
            <Button type="primary" onClick={() => setTalking(true)}>
              {t("talk")}
            </Button>
          ) : null}
        </>
      }
      aside={
        <>
          <FileFacts of={customer} />
          {has("contact.read") ? <People of={customer} /> : null}
        </>
      }
    >
      <DueNow resource="customer" id={customer.id} />
      <Parts of={customer} />
      <CustomerForm customer={customer} open={editing} onClose={() => setEditing(false)} />
      <Conversation about={{ customer_id: customer.id }} open={talking} onClose={() => setTalking(false)} />
    </Page>
  );
}

function FileFacts({ of: customer }: { of: Customer }) {
  const { t } = useTranslation("customer");
  const has = useDuty();
  const personal = useRevealed(
    { phone: customer.phone_masked, email: customer.email_masked, address: customer.address_masked },
    customer.actions.includes("reveal") ? (reason) => revealCustomer(customer.id, reason) : null,
  );
  return (
    <Section title={t("facts")} extra={personal.button}>
      <Facts
        of={[
          { label: t("phone"), value: personal.phone },
          { label: t("email"), value: personal.email },
          { label: t("address"), value: personal.address, wide: true },
          { label: t("kind"), value: t(`kinds.${customer.kind}`) },
          { label: t("owner"), value: <Person name={customer.owner_name} /> },
          { label: t("created_at"), value: <When at={customer.created_at} /> },
          ...(customer.first_lead_id && has("lead.read")
            ? [
                {
                  label: t("lead"),
                  value: <Link to={`/sales/leads/${customer.first_lead_id}`}>{t("lead_open")}</Link>,
                },
              ]
            : []),
          ...(customer.remark ? [{ label: t("remark"), value: customer.remark, wide: true }] : []),
        ]}
      />
    </Section>
  );
}

function People({ of: customer }: { of: Customer }) {
  const { t } = useTranslation("customer");
  const has = useDuty();
  const { data } = useQuery(contactsOf(customer.id));
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<ContactRow | null>(null);
  return (
    <Section
      title={t("people")}
      extra={
        has("contact.create") ? (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setAdding(true)}>
            {t("person_add")}
          </Button>
        ) : null
      }
    >
      {data?.items.length === 0 ? <p className={css.nobody}>{t("no_people")}</p> : null}
      <ul className={css.people}>
        {data?.items.map((contact) => (
          <li key={contact.id}>
            <div className={css.person}>
              <Link to={`/sales/contacts/${contact.id}`}>{contact.name}</Link>
              <small>{contact.position}</small>
              {contact.main ? <span className={css.main}>{t("main")}</span> : null}
              {contact.actions.includes("update") ? (
                <Button
                  type="text"
                  size="small"
                  icon={<EditOutlined />}
                  aria-label={t("person_edit", { name: contact.name })}
                  onClick={() => setChanging(contact)}
                />
              ) : null}
            </div>
            <div className={css.reach}>
              {contact.phone_masked ? (
                <Telephone
                  masked={contact.phone_masked}
                  reveal={
                    contact.actions.includes("reveal")
                      ? (reason) => revealContact(contact.id, reason).then(({ phone }) => phone ?? "")
                      : undefined
                  }
                />
              ) : null}
              {contact.email_masked}
            </div>
          </li>
        ))}
      </ul>
      <ContactForm customer={customer} open={adding} onClose={() => setAdding(false)} />
      <ContactForm contact={changing ?? undefined} open={changing !== null} onClose={() => setChanging(null)} />
    </Section>
  );
}

// The parts stand in the address, so that one can be linked.
function Parts({ of: customer }: { of: Customer }) {
  const { t } = useTranslation("customer");
  const has = useDuty();
  const navigate = useNavigate();
  const { tab = "timeline" } = useSearch({ strict: false }) as { tab?: string };
  const parts: { key: string; duty: string; matter: ReactNode }[] = [
    {
      key: "timeline",
      duty: "customer.read",
      matter: (
        <Section>
          <CustomerTimeline id={customer.id} />
        </Section>
      ),
    },
    { key: "opportunities", duty: "opportunity.read", matter: <OpportunitiesOf customer={customer} /> },
    { key: "orders", duty: "order.read", matter: <OrdersOf customer={customer} /> },
    { key: "messages", duty: "message.read", matter: <MessagesOf customer={customer} /> },
  ];
  return (
    <Tabs
      className={css.parts}
      activeKey={tab}
      onChange={(key) => navigate({ to: ".", search: { tab: key } as never, replace: true })}
      items={parts
        .filter(({ duty }) => has(duty))
        .map(({ key, matter }) => ({ key, label: t(`parts.${key}`), children: matter }))}
    />
  );
}

function OpportunitiesOf({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customer");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const columns = useOpportunityColumns().filter(({ key }) => key !== "customer_name");
  return (
    <>
      {has("opportunity.create") ? (
        <div className={css.actionRow}>
          <Button icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {t("opportunity_new")}
          </Button>
        </div>
      ) : null}
      <Section flush>
        <ResourceTable
          at={OPPORTUNITIES}
          resource="opportunity"
          columns={columns}
          fixed={{ customer_id: customer.id }}
          exportable={false}
          embedded
        />
      </Section>
      <OpportunityForm
        customer={customer}
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/opportunities/${id}` })}
      />
    </>
  );
}

function OrdersOf({ customer }: { customer: Customer }) {
  const { t } = useTranslation("customer");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const columns = useOrderColumns().filter(({ key }) => key !== "customer_name");
  return (
    <>
      {has("order.create") ? (
        <div className={css.actionRow}>
          <Button icon={<PlusOutlined />} onClick={() => setMaking(true)}>
            {t("order_new")}
          </Button>
        </div>
      ) : null}
      <Section flush>
        <ResourceTable
          at={ORDERS}
          resource="order"
          columns={columns}
          fixed={{ customer_id: customer.id }}
          exportable={false}
          embedded
        />
      </Section>
      <OrderForm
        customer={customer}
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/orders/${id}` })}
      />
    </>
  );
}

function MessagesOf({ customer }: { customer: Customer }) {
  const columns = useMessageColumns();
  return (
    <Section flush>
      <ResourceTable
        at={MESSAGES}
        resource="message"
        columns={columns}
        fixed={{ customer_id: customer.id }}
        exportable={false}
        embedded
      />
    </Section>
  );
}
