import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { CHANNELS } from "../channels/queries";
import { useCampaignColumns } from "./columns";
import { CampaignForm } from "./form";
import { CAMPAIGN_STATES, CAMPAIGNS } from "./queries";

/** 2.1.3 Campaigns: planned, approved, run by plan, reviewed. */
export default function Campaigns() {
  const { t } = useTranslation("campaign");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const columns = useCampaignColumns();
  const make = has("campaign.create") ? (
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
          {has("campaign_amendment.read") ? (
            <LinkButton to="/marketing/campaign-amendments">{t("amendments")}</LinkButton>
          ) : null}
          {make}
        </>
      }
    >
      <ResourceTable
        at={CAMPAIGNS}
        resource="campaign"
        search={t("search")}
        columns={columns}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("campaign", CAMPAIGN_STATES) },
          { kind: "record", key: "channel_id", label: t("channel"), at: CHANNELS },
          { kind: "dates", key: "begins_on", label: t("begins_on") },
        ]}
        views={[
          { name: t("view_running"), query: { status: "running,paused" } },
          { name: t("view_submitted"), query: { status: "submitted" } },
          { name: t("view_to_start"), query: { status: "approved" } },
          { name: t("view_to_review"), query: { status: "finished" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="2.1.3" action={make} />}
      />
      <CampaignForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/marketing/campaigns/${id}` })}
      />
    </Page>
  );
}
