import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { useDepartmentColumns } from "./columns";
import { DepartmentForm } from "./form";
import { DEPARTMENT_KINDS, DEPARTMENTS } from "./queries";

/** 1.2 Where people and records belong. */
export default function Departments() {
  const { t } = useTranslation("department");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("department.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={DEPARTMENTS}
        resource="department"
        search={t("search")}
        columns={useDepartmentColumns()}
        filters={[
          {
            kind: "choice",
            key: "kind",
            label: t("kind"),
            options: DEPARTMENT_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          },
          { kind: "yes_no", key: "active", label: t("active") },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.2" action={make} />}
      />
      <DepartmentForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/org/departments/${id}` })}
      />
    </Page>
  );
}
