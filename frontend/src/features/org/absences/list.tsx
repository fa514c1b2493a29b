import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { dayOf } from "@/lib/time";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { useAbsenceColumns } from "./columns";
import { AbsenceForm } from "./form";
import { ABSENCES } from "./queries";

const DAY_MS = 86_400_000;

/** 1.2 Who is away, and who stands in meanwhile. */
export default function Absences() {
  const { t } = useTranslation("absence");
  const has = useDuty();
  const [making, setMaking] = useState(false);
  const make = has("absence.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  const today = dayOf(Date.now());
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={ABSENCES}
        resource="absence"
        columns={useAbsenceColumns()}
        filters={[
          { kind: "record", key: "account_id", label: t("person"), at: "/api/v1/org/accounts" },
          { kind: "record", key: "delegate_id", label: t("delegate"), at: "/api/v1/org/accounts" },
          { kind: "choice", key: "status", label: t("status"), options: statesOf("absence", ["planned", "cancelled"]) },
          { kind: "dates", key: "begins_at", label: t("begins_at") },
        ]}
        views={[
          {
            name: t("view_today"),
            query: { status: "planned", begins_at_to: dayOf(Date.now() + DAY_MS), ends_at_from: today },
          },
          { name: t("view_ahead"), query: { status: "planned", begins_at_from: today, sort: "begins_at" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.2" action={make} />}
      />
      <AbsenceForm open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}
