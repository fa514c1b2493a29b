import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { useMessageColumns } from "./columns";
import { MESSAGE_KINDS, MESSAGE_STATES, MESSAGES } from "./queries";

/** 4.3.3 The outbox: what customers were told, what waits, and what did not leave. */
export default function Outbox() {
  const { t } = useTranslation(["message", "verbs"]);
  const columns = useMessageColumns();
  return (
    <Page title={t("title")} about={t("about")}>
      <ResourceTable
        at={MESSAGES}
        resource="message"
        search={t("search")}
        columns={columns}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("message", MESSAGE_STATES) },
          {
            kind: "choice",
            key: "kind",
            label: t("kind"),
            options: MESSAGE_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          },
          { kind: "dates", key: "created_at", label: t("created_at") },
        ]}
        views={[
          { name: t("view_failed"), query: { status: "failed" } },
          { name: t("view_waiting"), query: { status: "queued,sending" } },
          { name: t("view_caught"), query: { caught: "true" } },
        ]}
        bulk={[
          {
            verb: "retry",
            label: t("verbs:any.retry"),
            run: (message) =>
              ok(
                api.POST("/api/v1/service/messages/{record_id}/retry", {
                  params: { path: { record_id: message.id }, header: ifMatch(message) },
                  body: {},
                }),
              ),
          },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.3.3" />}
      />
    </Page>
  );
}
