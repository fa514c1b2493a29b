import { CodeOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Popover } from "antd";
import { useTranslation } from "react-i18next";
import { API_ORIGIN } from "@/api/config";
import { CAMPAIGNS } from "@/features/marketing/campaigns/queries";
import { CHANNELS } from "@/features/marketing/channels/queries";
import { CopyText } from "@/ui/CopyText";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import css from "./list.module.css";

const EVENTS = "/api/v1/analytics/events";
const KINDS = ["pageview", "leave", "click", "form"];

/** 5.1.1 What visitors did on the company's pages, as far as they let it be known. */
export default function WebEvents() {
  const { t } = useTranslation("web_event");
  const snippet = `<script src="${API_ORIGIN}/t.js" defer></script>`;
  const install = (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <div className={css.install}>
          <p>{t("install_about")}</p>
          <CopyText text={snippet} />
          <p className={css.small}>{t("install_privacy")}</p>
        </div>
      }
    >
      <Button icon={<CodeOutlined />}>{t("install")}</Button>
    </Popover>
  );
  return (
    <Page title={t("title")} about={t("about")} actions={install}>
      <ResourceTable
        at={EVENTS}
        resource="web_event"
        to={() => null}
        columns={[
          { key: "at", title: t("at"), width: 170, show: ({ at }) => <When at={at} /> },
          {
            key: "kind",
            title: t("kind"),
            width: 150,
            show: ({ kind, entry }) => (
              <>
                {t(`kinds.${kind}`)}
                {entry ? <small className={css.entry}>{t("entry")}</small> : null}
              </>
            ),
          },
          {
            key: "path",
            title: t("page"),
            show: ({ host, path, title }) => (
              <span className={css.page} title={title ?? undefined}>
                <small>{host}</small>
                {path}
              </span>
            ),
          },
          { key: "channel_name", title: t("channel"), width: 150 },
          { key: "campaign_name", title: t("campaign"), width: 170 },
          { key: "referrer", title: t("referrer"), width: 150 },
          { key: "device", title: t("device"), width: 90, show: ({ device }) => t(`devices.${device}`) },
          {
            key: "session",
            title: t("session"),
            width: 120,
            show: ({ session }) => (
              <Link to={`/analytics/events?session=${session}`} title={t("session_see")}>
                <code>{session.slice(0, 8)}</code>
              </Link>
            ),
          },
          {
            key: "consent",
            title: t("consent"),
            width: 100,
            hidden: true,
            show: ({ consent }) => t(consent ? "consent_yes" : "consent_no"),
          },
          { key: "utm_content", title: "utm_content", width: 130, hidden: true },
          { key: "utm_term", title: "utm_term", width: 130, hidden: true },
        ]}
        filters={[
          { kind: "dates", key: "at", label: t("at") },
          {
            kind: "choice",
            key: "kind",
            label: t("kind"),
            options: KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          },
          { kind: "record", key: "channel_id", label: t("channel"), at: CHANNELS },
          { kind: "record", key: "campaign_id", label: t("campaign"), at: CAMPAIGNS },
        ]}
        views={[
          { name: t("view_visits"), query: { entry: "true" } },
          { name: t("view_forms"), query: { kind: "form" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="5.1.1" action={install} />}
      />
    </Page>
  );
}
