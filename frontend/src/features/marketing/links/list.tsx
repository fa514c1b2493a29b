import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { CAMPAIGNS } from "../campaigns/queries";
import { CHANNELS } from "../channels/queries";
import { useLinkColumns } from "./columns";
import { LinkForm } from "./form";
import { LINK_STATES, LINKS } from "./queries";

/** 3.3.1 Addresses that know which campaign sent the visitor. */
export default function TrackedLinks() {
  const { t } = useTranslation("tracked_link");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const columns = useLinkColumns();
  const make = has("tracked_link.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={LINKS}
        resource="tracked_link"
        search={t("search")}
        columns={columns}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("tracked_link", LINK_STATES) },
          { kind: "record", key: "campaign_id", label: t("campaign"), at: CAMPAIGNS },
          { kind: "record", key: "channel_id", label: t("channel"), at: CHANNELS },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="3.3.1" action={make} />}
      />
      <LinkForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/marketing/links/${id}` })}
      />
    </Page>
  );
}
