import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { dayOf } from "@/lib/time";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { Score } from "../Score";
import { ChannelForm } from "./form";
import { CHANNEL_KINDS, CHANNEL_STATES, CHANNELS } from "./queries";
import { Until } from "./Until";

const SOON_MS = 30 * 86_400_000;

/** 3.1.1 Where the company promotes, and under which assessment. */
export default function Channels() {
  const { t } = useTranslation("channel");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("channel.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <>
          {has("channel_assessment.read") ? (
            <LinkButton to="/marketing/channel-assessments">{t("assessments")}</LinkButton>
          ) : null}
          {make}
        </>
      }
    >
      <ResourceTable
        at={CHANNELS}
        resource="channel"
        search={t("search")}
        columns={[
          { key: "name", title: t("name"), sortable: true },
          { key: "code", title: t("code"), sortable: true, width: 140 },
          { key: "kind", title: t("kind"), width: 110, show: ({ kind }) => t(`kinds.${kind}`) },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="channel" status={status} />,
          },
          {
            key: "score",
            title: t("score"),
            width: 150,
            show: ({ score }) => <Score of={score} />,
          },
          {
            key: "approved_until",
            title: t("approved_until"),
            width: 220,
            show: (channel) => <Until channel={channel} />,
          },
          { key: "owner_name", title: t("owner"), width: 150, show: ({ owner_name }) => <Person name={owner_name} /> },
          {
            key: "updated_at",
            title: t("updated_at"),
            width: 150,
            sortable: true,
            hidden: true,
            show: ({ updated_at }) => <When at={updated_at} />,
          },
        ]}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("channel", CHANNEL_STATES) },
          {
            kind: "choice",
            key: "kind",
            label: t("kind"),
            options: CHANNEL_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          },
          { kind: "dates", key: "approved_until", label: t("approved_until") },
        ]}
        views={[
          { name: t("view_active"), query: { status: "active" } },
          { name: t("view_to_assess"), query: { status: "proposed,expired" } },
          {
            name: t("view_expiring"),
            query: { status: "active", approved_until_to: dayOf(Date.now() + SOON_MS) },
          },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="3.1.1" action={make} />}
      />
      <ChannelForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/marketing/channels/${id}` })}
      />
    </Page>
  );
}
