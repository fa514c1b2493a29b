import { useTranslation } from "react-i18next";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { Score } from "../Score";
import { Deviation } from "./Deviation";
import type { AssessmentRow } from "./queries";

/** The columns of assessments, in their list and in the page of a channel (which needs not be told its name). */
export function useAssessmentColumns(ofOneChannel = false): Column<AssessmentRow>[] {
  const { t } = useTranslation("channel_assessment");
  return [
    {
      key: "channel_name",
      title: t(ofOneChannel ? "version" : "channel"),
      show: ({ channel_name, number }) =>
        ofOneChannel ? t("version_number", { number }) : `${channel_name} · ${t("version_number", { number })}`,
    },
    {
      key: "status",
      title: t("status"),
      width: 110,
      show: ({ status }) => <StatusTag of="channel_assessment" status={status} />,
    },
    { key: "score", title: t("score"), width: 140, show: ({ score }) => <Score of={score} /> },
    { key: "expected_leads", title: t("expected_leads"), align: "right", width: 120 },
    {
      key: "forecast_error",
      title: t("forecast_error"),
      align: "right",
      width: 110,
      show: ({ forecast_error }) => <Deviation of={forecast_error} />,
    },
    {
      key: "owner_name",
      title: t("author"),
      width: 140,
      show: ({ owner_name }) => <Person name={owner_name} />,
    },
    {
      key: "decided_by_name",
      title: t("decided_by"),
      width: 140,
      show: ({ decided_by_name }) =>
        decided_by_name ? <Person name={decided_by_name} /> : <span className="z-none">–</span>,
    },
    { key: "decided_at", title: t("decided_at"), width: 140, show: ({ decided_at }) => <When at={decided_at} /> },
  ];
}
