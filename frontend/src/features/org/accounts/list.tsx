import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { useAccountColumns } from "./columns";
import { AccountForm } from "./form";
import { ACCOUNTS } from "./queries";

/** 1.2 Everybody who works here. */
export default function Accounts() {
  const { t } = useTranslation("account");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("account.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={ACCOUNTS}
        resource="account"
        search={t("search")}
        columns={useAccountColumns()}
        filters={[
          { kind: "record", key: "department_id", label: t("department"), at: "/api/v1/org/departments" },
          { kind: "record", key: "leader_id", label: t("leader"), at: ACCOUNTS },
          { kind: "choice", key: "status", label: t("status"), options: statesOf("account", ["active", "disabled"]) },
        ]}
        views={[
          { name: t("view_active"), query: { status: "active" } },
          { name: t("view_disabled"), query: { status: "disabled" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.2" action={make} />}
      />
      <AccountForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/org/accounts/${id}` })}
      />
    </Page>
  );
}
