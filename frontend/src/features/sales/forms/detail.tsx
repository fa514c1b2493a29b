import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Popover, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { NoteField } from "@/features/marketing/NoteField";
import { ActionBar } from "@/ui/ActionBar";
import { Empty } from "@/ui/Empty";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { Address } from "./Address";
import css from "./detail.module.css";
import { LeadFormForm } from "./form";
import { Preview } from "./Preview";
import { FORMS, formQuery, type LeadForm, submissionsQuery } from "./queries";

/** A form: how its page looks, where it stands, and who has agreed to what on it. */
export default function LeadFormPage() {
  const { t } = useTranslation("lead_form");
  const { id = "" } = useParams({ strict: false });
  const { data: form, error } = useQuery(formQuery(id));
  const [editing, setEditing] = useState(false);
  if (error) return <Failure error={error} />;
  if (!form) return <Waiting />;
  return (
    <Page
      title={form.title}
      trail={[{ title: t("title"), to: "/sales/forms" }]}
      tags={<StatusTag of="lead_form" status={form.status} />}
      actions={
        <ActionBar
          of={form}
          resource="lead_form"
          at={FORMS}
          onEdit={() => setEditing(true)}
          forms={{
            revise: {
              fields: (
                <>
                  <p>{t("revise_about")}</p>
                  <NoteField label={t("revise_why")} />
                </>
              ),
            },
          }}
          consequences={{ close: t("close_consequence") }}
        />
      }
      aside={
        <>
          <Section title={t("address")}>
            {form.status === "published" ? (
              <Address of={form} />
            ) : (
              <p className={css.none}>{t(form.status === "draft" ? "address_after" : "address_closed")}</p>
            )}
          </Section>
          <Section title={t("facts")}>
            <Facts
              of={[
                { label: t("source"), value: form.source_name },
                {
                  label: t("campaign"),
                  value: form.campaign_id ? (
                    <Link to={`/marketing/campaigns/${form.campaign_id}`}>{form.campaign_name}</Link>
                  ) : null,
                },
                { label: t("consent_version"), value: t("version_number", { number: form.consent_version }) },
                { label: t("published_at"), value: <When at={form.published_at} /> },
                { label: t("owner"), value: <Person name={form.owner_name} /> },
              ]}
            />
          </Section>
          <Section title={t("history")}>
            <History at={FORMS} resource="lead_form" id={id} />
          </Section>
        </>
      }
    >
      <Section title={t("preview")}>
        <Preview of={form as Parameters<typeof Preview>[0]["of"]} />
        <p className={css.thanks}>
          {t("then")} {form.thanks}
        </p>
      </Section>
      <Section title={t("submissions")} flush>
        <Submissions of={form} />
      </Section>
      <LeadFormForm leadForm={form} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

function Submissions({ of: form }: { of: LeadForm }) {
  const { t } = useTranslation("lead_form");
  const has = useDuty();
  const { data, isPending } = useQuery(submissionsQuery(form.id));
  if (data?.items.length === 0) {
    return <Empty title={t("no_submissions")} about={t("no_submissions_about")} clause="4.1.1" />;
  }
  return (
    <Table
      className={css.submissions}
      rowKey="id"
      size="middle"
      loading={isPending}
      dataSource={data?.items}
      pagination={{ pageSize: 10, hideOnSinglePage: true, showSizeChanger: false, placement: ["bottomCenter"] }}
      columns={[
        { title: t("at"), width: 180, render: (_, { at }) => <When at={at} /> },
        {
          title: t("lead"),
          render: (_, { lead_id }) =>
            has("lead.read") ? <Link to={`/sales/leads/${lead_id}`}>{t("lead_open")}</Link> : t("lead_made"),
        },
        {
          title: t("agreed"),
          render: (_, { consent_version, consent_text }) => (
            <Popover trigger={["hover", "focus"]} content={<p className={css.words}>{consent_text}</p>}>
              <button type="button" className={css.version}>
                {t("version_number", { number: consent_version })}
              </button>
            </Popover>
          ),
        },
      ]}
    />
  );
}
