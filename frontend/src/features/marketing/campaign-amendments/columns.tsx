import { useTranslation } from "react-i18next";
import { Money } from "@/ui/Money";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import type { AmendmentRow } from "./queries";

/** The columns of amendments, in their list and in the page of a campaign. */
export function useAmendmentColumns(): Column<AmendmentRow>[] {
  const { t } = useTranslation("campaign_amendment");
  return [
    { key: "campaign_name", title: t("campaign") },
    {
      key: "status",
      title: t("status"),
      width: 110,
      show: ({ status }) => <StatusTag of="campaign_amendment" status={status} />,
    },
    {
      key: "budget_before",
      title: t("budget_before"),
      align: "right",
      width: 140,
      show: ({ budget_before }) => <Money amount={budget_before} />,
    },
    { key: "budget", title: t("budget"), align: "right", width: 140, show: ({ budget }) => <Money amount={budget} /> },
    { key: "reason", title: t("reason") },
    {
      key: "requested_by_name",
      title: t("requested_by"),
      width: 130,
      show: ({ requested_by_name }) => <Person name={requested_by_name} />,
    },
    {
      key: "decided_by_name",
      title: t("decided_by"),
      width: 130,
      show: ({ decided_by_name }) =>
        decided_by_name ? <Person name={decided_by_name} /> : <span className="z-none">–</span>,
    },
    { key: "created_at", title: t("created_at"), width: 140, show: ({ created_at }) => <When at={created_at} /> },
  ];
}
