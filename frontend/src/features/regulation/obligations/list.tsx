import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { recordPath } from "@/lib/resources";
import { ClauseChip } from "@/ui/ClauseChip";
import { Due } from "@/ui/Due";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { useListQuery } from "@/ui/table/listing";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";

const STATES = ["due", "warned", "late", "met", "met_late", "void"];
const OPEN = "due,warned,late";

/** 8.1.1 Everything that the regulation makes due, as far as the reader sees: what is late, near, and done. */
export default function Obligations() {
  const { t } = useTranslation("obligation");
  const [query, , replace] = useListQuery(true);
  // Who comes without a question wants to know what is open, the latest first; a year of what was done is one view away.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only on the way in
  useEffect(() => {
    if (Object.keys(query).length === 0) replace({ status: OPEN, sort: "due_at" });
  }, []);
  return (
    <Page title={t("title")} about={t("about")} tags={<ClauseChip clause="8.1.1" />}>
      <ResourceTable
        at="/api/v1/regulation/obligations"
        resource="obligation"
        sort="-due_at"
        to={({ resource, record_id }) => recordPath(resource, record_id)}
        columns={[
          { key: "title", title: t("what"), width: 220 },
          { key: "record_title", title: t("record") },
          { key: "clause", title: t("clause"), width: 90, show: ({ clause }) => <ClauseChip clause={clause} /> },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="obligation" status={status} />,
          },
          {
            key: "due_at",
            title: t("due_at"),
            width: 170,
            sortable: true,
            show: ({ status, due_at, warn_at }) =>
              OPEN.includes(status) ? <Due at={due_at} warnAt={warn_at} /> : <When at={due_at} />,
          },
          { key: "owner_name", title: t("owner"), width: 130, show: ({ owner_name }) => <Person name={owner_name} /> },
          { key: "department_name", title: t("department"), width: 130 },
          {
            key: "level",
            title: t("level"),
            width: 120,
            show: ({ level }) => (level > 0 ? t(`level_${level}`) : <span className="z-none">–</span>),
          },
          { key: "met_at", title: t("met_at"), width: 150, hidden: true, show: ({ met_at }) => <When at={met_at} /> },
        ]}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("obligation", STATES) },
          { kind: "record", key: "department_id", label: t("department"), at: "/api/v1/org/departments" },
          { kind: "record", key: "owner_id", label: t("owner"), at: "/api/v1/org/accounts" },
          { kind: "dates", key: "due_at", label: t("due_at") },
        ]}
        views={[
          { name: t("view_late"), query: { status: "late", sort: "due_at" } },
          { name: t("view_warned"), query: { status: "warned", sort: "due_at" } },
          { name: t("view_open"), query: { status: OPEN, sort: "due_at" } },
          { name: t("view_met_late"), query: { status: "met_late" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="8.1.1" />}
      />
    </Page>
  );
}
