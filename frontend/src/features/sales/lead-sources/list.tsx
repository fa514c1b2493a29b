import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { LeadSourceForm } from "./form";
import { SOURCE_KINDS, SOURCES } from "./queries";

/** 4.1.1 Where leads come from: a lead without a source is impossible. */
export default function LeadSources() {
  const { t } = useTranslation("lead_source");
  const has = useDuty();
  const [making, setMaking] = useState(false);
  const make = has("lead_source.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={SOURCES}
        resource="lead_source"
        search={t("search")}
        columns={[
          { key: "name", title: t("name"), sortable: true },
          { key: "code", title: t("code"), sortable: true, width: 180, show: ({ code }) => <code>{code}</code> },
          { key: "kind", title: t("kind"), width: 120, show: ({ kind }) => t(`kinds.${kind}`) },
          { key: "channel_name", title: t("channel"), width: 200 },
          {
            key: "active",
            title: t("state"),
            width: 110,
            show: ({ active }) => <StatusTag status={active ? "active" : "retired"} />,
          },
          { key: "updated_at", title: t("updated_at"), width: 170, show: ({ updated_at }) => <When at={updated_at} /> },
        ]}
        to={({ id }) => `/sales/lead-sources/${id}`}
        filters={[
          {
            kind: "choice",
            key: "kind",
            label: t("kind"),
            options: SOURCE_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          },
          { kind: "yes_no", key: "active", label: t("active") },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.1.1" action={make} />}
      />
      <LeadSourceForm open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}
