import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { called } from "../leads/queries";
import css from "./duplicates.module.css";
import { DUPLICATE_STATES, DUPLICATES, type DuplicateRow } from "./queries";
import { useWhy } from "./why";

/** 4.1.1, 4.4.3 The same person written down twice: found on arrival, and decided here. */
export default function Duplicates() {
  const { t } = useTranslation(["duplicate", "verbs"]);
  const why = useWhy();
  return (
    <Page title={t("title")} about={t("about")}>
      <ResourceTable
        at={DUPLICATES}
        resource="duplicate"
        exportable={false}
        columns={[
          { key: "lead_name", title: t("lead"), show: (pair) => called(pair.lead_name, pair.lead_company) },
          { key: "other_name", title: t("other"), show: (pair) => <Other pair={pair} /> },
          {
            key: "reason",
            title: t("reason"),
            width: 200,
            show: (pair) => <span className={pair.certain ? css.certain : undefined}>{why(pair)}</span>,
          },
          { key: "other_phone_masked", title: t("phone"), width: 140 },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="duplicate" status={status} />,
          },
          {
            key: "updated_at",
            title: t("found_at"),
            width: 140,
            sortable: true,
            show: ({ updated_at }) => <When at={updated_at} />,
          },
        ]}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("duplicate", DUPLICATE_STATES) },
          { kind: "yes_no", key: "certain", label: t("certain") },
        ]}
        views={[
          { name: t("view_open"), query: { status: "open" } },
          { name: t("view_certain"), query: { status: "open", certain: "true" } },
          { name: t("view_merged"), query: { status: "merged" } },
        ]}
        bulk={[
          {
            verb: "dismiss",
            label: t("verbs:any.dismiss"),
            run: (row) =>
              ok(
                api.POST("/api/v1/sales/duplicates/{record_id}/dismiss", {
                  params: { path: { record_id: row.id }, header: ifMatch(row) },
                  body: {},
                }),
              ),
          },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.1.1" />}
      />
    </Page>
  );
}

function Other({ pair }: { pair: DuplicateRow }) {
  const { t } = useTranslation("duplicate");
  if (pair.customer_id) {
    return (
      <>
        {pair.customer_name} <span className="z-none">{t("customer", { number: pair.customer_number })}</span>
      </>
    );
  }
  return (
    <>
      {called(pair.other_name, pair.other_company)}{" "}
      {pair.other_status ? <StatusTag of="lead" status={pair.other_status} /> : null}
    </>
  );
}
