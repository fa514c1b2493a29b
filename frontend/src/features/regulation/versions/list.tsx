import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { VersionForm } from "./form";
import { VERSION_STATES, VERSIONS } from "./queries";

/** 1.1 The regulation through time: what was in force when, and what is being drafted. */
export default function Versions() {
  const { t } = useTranslation("regulation_version");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("regulation_version.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={VERSIONS}
        resource="regulation_version"
        sort="-number"
        columns={[
          { key: "number", title: t("number"), width: 120, show: ({ number }) => t("version", { number }) },
          { key: "title", title: t("name") },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="regulation_version" status={status} />,
          },
          {
            key: "in_force_from",
            title: t("in_force_from"),
            width: 150,
            show: ({ in_force_from }) => <When at={in_force_from} as="date" />,
          },
          {
            key: "created_by_name",
            title: t("drafted_by"),
            width: 140,
            show: ({ created_by_name }) => (created_by_name ? <Person name={created_by_name} /> : "–"),
          },
          {
            key: "approved_by_name",
            title: t("approved_by"),
            width: 140,
            show: ({ approved_by_name }) => (approved_by_name ? <Person name={approved_by_name} /> : "–"),
          },
          {
            key: "published_at",
            title: t("published_at"),
            width: 160,
            show: ({ published_at }) => <When at={published_at} />,
          },
        ]}
        filters={[
          {
            kind: "choice",
            key: "status",
            label: t("status"),
            options: statesOf("regulation_version", VERSION_STATES),
          },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.1" action={make} />}
      />
      <VersionForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/regulation/versions/${id}` })}
      />
    </Page>
  );
}
