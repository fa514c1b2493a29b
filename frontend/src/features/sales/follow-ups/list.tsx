import { useTranslation } from "react-i18next";
import { currentSession } from "@/api/session";
import { useNow } from "@/lib/screen";
import { dayOf } from "@/lib/time";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import css from "./follow-ups.module.css";
import { FOLLOW_UPS, type FollowUpRow, WAYS } from "./queries";

const WEEK_MS = 7 * 86_400_000;

/** 4.2.3 Every conversation with leads and customers, newest first. */
export default function FollowUps() {
  const { t } = useTranslation("follow_up");
  const now = useNow();
  const session = currentSession();
  const me = session.state === "in" ? session.account.id : "";
  return (
    <Page title={t("title")} about={t("about")}>
      <ResourceTable
        at={FOLLOW_UPS}
        resource="follow_up"
        columns={[
          { key: "lead_name", title: t("with"), width: 160, show: (one) => one.customer_name ?? one.lead_name ?? "–" },
          { key: "at", title: t("at"), width: 140, sortable: true, show: ({ at }) => <When at={at} /> },
          { key: "channel", title: t("channel"), width: 80, show: ({ channel }) => t(`ways.${channel}`) },
          { key: "content", title: t("content"), show: ({ content }) => <span className={css.cell}>{content}</span> },
          {
            key: "response",
            title: t("response"),
            show: ({ response }) =>
              response ? (
                <span className={css.cell}>{response}</span>
              ) : (
                <span className="z-none">{t("unanswered")}</span>
              ),
          },
          { key: "next_at", title: t("next_at"), width: 140, show: ({ next_at }) => <When at={next_at} /> },
          { key: "created_by_name", title: t("by"), width: 100 },
        ]}
        to={pathOf}
        filters={[
          {
            kind: "choice",
            key: "channel",
            label: t("channel"),
            options: WAYS.map((way) => ({ value: way, label: t(`ways.${way}`) })),
          },
          { kind: "record", key: "created_by", label: t("by"), at: "/api/v1/org/accounts" },
          { kind: "dates", key: "at", label: t("at") },
        ]}
        views={[
          { name: t("view_week"), query: { at_from: dayOf(now - WEEK_MS) } },
          { name: t("view_mine"), query: { created_by: me } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.2.3" />}
      />
    </Page>
  );
}

/** Where a conversation stands: with the opportunity or the customer it became, else with the lead. */
export function pathOf({ opportunity_id, customer_id, lead_id }: FollowUpRow): string | null {
  if (opportunity_id) return `/sales/opportunities/${opportunity_id}`;
  if (customer_id) return `/sales/customers/${customer_id}`;
  return lead_id ? `/sales/leads/${lead_id}` : null;
}
