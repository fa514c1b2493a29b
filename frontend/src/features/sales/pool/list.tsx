import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { useLeadColumns } from "../leads/columns";
import { useLeadFilters } from "../leads/filters";
import { POOL, take } from "../leads/queries";

const NEVER = ["owner_name", "next_contact_at"]; // nobody owns it, and so nobody promised anything
const NO_FILTER = ["owner_id", "arrived_at"]; // the pool does not take them

/** 2.2.1 The pool: leads that nobody owns; who has room takes one. */
export default function Pool() {
  const { t } = useTranslation(["pool", "lead", "verbs"]);
  const columns = useLeadColumns();
  const filters = useLeadFilters();
  return (
    <Page title={t("title")} about={t("about")}>
      <ResourceTable
        at={POOL}
        resource="lead"
        search={t("lead:search")}
        columns={columns
          .filter(({ key }) => !NEVER.includes(key))
          .map((column) =>
            column.key === "arrived_at"
              ? { ...column, sortable: false }
              : {
                  ...column,
                  sortable: column.key === "updated_at",
                  hidden: column.hidden && column.key !== "touched_at",
                },
          )}
        to={({ id }) => `/sales/pool/${id}`}
        filters={[
          { kind: "choice", key: "status", label: t("lead:status"), options: statesOf("lead", STATES) },
          ...filters.filter(({ key }) => !NO_FILTER.includes(key)),
          { kind: "yes_no", key: "key", label: t("lead:key") },
        ]}
        views={[
          { name: t("view_to_screen"), query: { status: "new" } },
          { name: t("view_to_claim"), query: { status: "pool" } },
          { name: t("view_waiting"), query: { status: "qualified" } },
        ]}
        bulk={[
          { verb: "claim", label: t("verbs:any.claim"), run: (row) => take(row, "claim") },
          { verb: "screen", label: t("verbs:any.screen"), run: (row) => take(row, "screen") },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="2.2.1" />}
      />
    </Page>
  );
}

const STATES = ["new", "qualified", "pool"];
