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
import { CHANNELS } from "../channels/queries";
import { useAssessmentColumns } from "./columns";
import { AssessmentForm } from "./form";
import { ASSESSMENT_STATES, ASSESSMENTS } from "./queries";

/** 3.1.1, 3.1.2 Every assessment of every channel: what waits for a decision first. */
export default function Assessments() {
  const { t } = useTranslation(["channel_assessment", "channel"]);
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const columns = useAssessmentColumns();
  const make = has("channel_assessment.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      trail={[{ title: t("channel:title"), to: "/marketing/channels" }]}
      actions={make}
    >
      <ResourceTable
        at={ASSESSMENTS}
        resource="channel_assessment"
        columns={columns}
        filters={[
          {
            kind: "choice",
            key: "status",
            label: t("status"),
            options: statesOf("channel_assessment", ASSESSMENT_STATES),
          },
          { kind: "record", key: "channel_id", label: t("channel"), at: CHANNELS },
          { kind: "numbers", key: "score", label: t("score") },
        ]}
        views={[
          { name: t("view_submitted"), query: { status: "submitted" } },
          { name: t("view_in_work"), query: { status: "draft,returned" } },
          { name: t("view_standing"), query: { status: "approved" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="3.1.1" action={make} />}
      />
      <AssessmentForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/marketing/channel-assessments/${id}` })}
      />
    </Page>
  );
}
