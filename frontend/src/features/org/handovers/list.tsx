import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Due } from "@/ui/Due";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import css from "./handovers.module.css";
import { HANDOVER_STATES, HANDOVERS, offeredQuery, waitingQuery } from "./queries";
import { Receipt } from "./Receipt";

/** 1.3.4 Hand-overs: what waits for my department first, then all. */
export default function Handovers() {
  const { t } = useTranslation("handover");
  const has = useDuty();
  const { data: waiting } = useQuery({ ...waitingQuery, enabled: has("handover.accept") });
  const { data: offered } = useQuery({ ...offeredQuery, enabled: has("handover.accept") });
  const mine = offered?.items.filter(({ actions }) => actions.includes("accept")) ?? [];
  return (
    <Page
      title={t("title")}
      about={
        waiting?.offered
          ? t(waiting.late > 0 ? "about_late" : "about_waiting", { offered: waiting.offered, late: waiting.late })
          : t("about")
      }
    >
      {mine.length > 0 ? (
        <section aria-labelledby="inbox">
          <h2 id="inbox" className={css.group}>
            {t("inbox")} <span className={css.count}>{waiting?.offered ?? mine.length}</span>
          </h2>
          <ul className={css.inbox}>
            {mine.map((handover) => (
              <li key={handover.id}>
                <Receipt of={handover} record />
              </li>
            ))}
          </ul>
          <h2 className={css.group}>{t("all")}</h2>
        </section>
      ) : null}
      <ResourceTable
        at={HANDOVERS}
        resource="handover"
        columns={[
          { key: "record_title", title: t("record"), width: 240 },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="handover" status={status} />,
          },
          { key: "from_department_name", title: t("from"), width: 130 },
          { key: "department_name", title: t("to"), width: 130 },
          { key: "offered_by_name", title: t("offered_by"), width: 120 },
          {
            key: "offered_at",
            title: t("offered_at"),
            width: 150,
            sortable: true,
            show: ({ offered_at }) => <When at={offered_at} />,
          },
          {
            key: "due_at",
            title: t("due_at"),
            width: 180,
            sortable: true,
            show: ({ status, due_at, answered_at }) =>
              status === "offered" ? (
                <Due at={due_at} />
              ) : answered_at && answered_at > due_at ? (
                t("answered_late")
              ) : (
                <span className="z-none">{t("answered_in_time")}</span>
              ),
          },
        ]}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("handover", HANDOVER_STATES) },
          { kind: "dates", key: "offered_at", label: t("offered_at") },
        ]}
        views={[
          { name: t("view_offered"), query: { status: "offered" } },
          { name: t("view_accepted"), query: { status: "accepted" } },
          { name: t("view_back"), query: { status: "refused,returned" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.3.4" />}
      />
    </Page>
  );
}
