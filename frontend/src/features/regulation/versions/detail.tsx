import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { dayOf } from "@/lib/time";
import { ActionBar } from "@/ui/ActionBar";
import { DayInput } from "@/ui/DayInput";
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
import { Differences } from "./Differences";
import { VersionForm } from "./form";
import { VERSIONS, type Version, versionQuery } from "./queries";
import { Wordings } from "./Wordings";

const WAY = ["draft", "submitted", "approved", "published"];

/** One version of the regulation: what it changes, how far it is, and its text. */
export default function VersionPage() {
  const { t } = useTranslation("regulation_version");
  const { id = "" } = useParams({ strict: false });
  const { data: version, error } = useQuery(versionQuery(id));
  const [editing, setEditing] = useState(false);
  if (error) return <Failure error={error} />;
  if (!version) return <Waiting />;
  return (
    <Page
      title={`${version.title} ${t("version", { number: version.number })}`}
      trail={[{ title: t("title"), to: "/regulation/versions" }]}
      tags={<StatusTag of="regulation_version" status={version.status} />}
      actions={<Steps of={version} onEdit={() => setEditing(true)} />}
      aside={<Aside of={version} />}
    >
      <Lifecycle resource="regulation_version" path={WAY} status={version.status} />
      {version.based_on_id ? <Differences of={version} /> : null}
      <Wordings of={version} />
      <VersionForm version={version} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

function Steps({ of: version, onEdit }: { of: Version; onEdit: () => void }) {
  const { t } = useTranslation("regulation_version");
  const note = (
    <Form.Item name="note" label={t("note")}>
      <Input.TextArea rows={3} maxLength={1000} autoFocus />
    </Form.Item>
  );
  return (
    <ActionBar
      of={version}
      resource="regulation_version"
      at={VERSIONS}
      onEdit={onEdit}
      without={["supersede"]}
      forms={{
        submit: { fields: note },
        approve: { fields: note },
        return: {
          fields: (
            <Form.Item
              name="reason"
              label={t("reason")}
              rules={[{ required: true, whitespace: true, message: t("reason_needed") }]}
            >
              <Input.TextArea rows={3} maxLength={1000} autoFocus />
            </Form.Item>
          ),
        },
        publish: {
          initial: { in_force_from: version.in_force_from },
          fields: (
            <>
              <p>{t("publish_about")}</p>
              <Form.Item name="in_force_from" label={t("in_force_from")} extra={t("from_about")}>
                <DayInput min={dayOf(Date.now())} />
              </Form.Item>
              {note}
            </>
          ),
        },
      }}
    />
  );
}

function Aside({ of: version }: { of: Version }) {
  const { t } = useTranslation("regulation_version");
  const has = useDuty();
  const by = (name: string | null) => (name ? <Person name={name} /> : null);
  return (
    <>
      <Section title={t("facts")}>
        <Facts
          of={[
            { label: t("in_force_from"), value: <When at={version.in_force_from} as="date" /> },
            { label: t("published_at"), value: version.published_at ? <When at={version.published_at} /> : null },
            { label: t("drafted_by"), value: by(version.created_by_name) },
            { label: t("submitted_by"), value: by(version.submitted_by_name) },
            { label: t("approved_by"), value: by(version.approved_by_name) },
            { label: t("summary"), value: version.summary, wide: true },
          ]}
        />
        {version.status === "published" && has("acknowledgement.read") ? (
          <LinkButton to="/regulation/acknowledgements">{t("acknowledged")}</LinkButton>
        ) : null}
      </Section>
      <Section title={t("history")}>
        <History at={VERSIONS} resource="regulation_version" id={version.id} />
      </Section>
    </>
  );
}
