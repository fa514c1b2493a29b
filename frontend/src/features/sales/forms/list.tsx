import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { CAMPAIGNS } from "@/features/marketing/campaigns/queries";
import { CopyText } from "@/ui/CopyText";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { LeadFormForm } from "./form";
import { addressOf, FORM_STATES, FORMS, LEAD_SOURCES } from "./queries";

/** 4.1.1 Pages on which prospects leave a name and a wish, with consent. */
export default function LeadForms() {
  const { t } = useTranslation("lead_form");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("lead_form.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={FORMS}
        resource="lead_form"
        search={t("search")}
        columns={[
          { key: "title", title: t("name") },
          {
            key: "key",
            title: t("address"),
            width: 150,
            show: ({ key }) => <CopyText text={addressOf(key)} shown={`/f/${key}`} />,
          },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="lead_form" status={status} />,
          },
          {
            key: "fields",
            title: t("asks"),
            show: ({ fields }) => fields.map(({ label }) => label).join("、"),
          },
          { key: "source_name", title: t("source"), width: 130 },
          { key: "campaign_name", title: t("campaign"), width: 120 },
          {
            key: "published_at",
            title: t("published_at"),
            width: 120,
            show: ({ published_at }) => <When at={published_at} as="date" />,
          },
          { key: "owner_name", title: t("owner"), width: 110, show: ({ owner_name }) => <Person name={owner_name} /> },
        ]}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("lead_form", FORM_STATES) },
          { kind: "record", key: "source_id", label: t("source"), at: LEAD_SOURCES },
          { kind: "record", key: "campaign_id", label: t("campaign"), at: CAMPAIGNS },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.1.1" action={make} />}
      />
      <LeadFormForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/forms/${id}` })}
      />
    </Page>
  );
}
