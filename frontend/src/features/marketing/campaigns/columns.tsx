import { useTranslation } from "react-i18next";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { BudgetBar } from "./Budget";
import { Period } from "./Period";
import type { CampaignRow } from "./queries";

/** The columns of campaigns, in their list and in the page of a channel. */
export function useCampaignColumns(): Column<CampaignRow>[] {
  const { t } = useTranslation("campaign");
  return [
    { key: "name", title: t("name") },
    {
      key: "status",
      title: t("status"),
      width: 110,
      show: ({ status }) => <StatusTag of="campaign" status={status} />,
    },
    { key: "channel_name", title: t("channel"), width: 160 },
    { key: "kind", title: t("kind"), width: 110, show: ({ kind }) => t(`kinds.${kind}`) },
    {
      key: "begins_on",
      title: t("period"),
      width: 220,
      sortable: true,
      show: ({ begins_on, ends_on }) => <Period from={begins_on} to={ends_on} />,
    },
    { key: "budget", title: t("budget_used"), width: 230, show: (campaign) => <BudgetBar of={campaign} /> },
    {
      key: "leads_target",
      title: t("leads_target"),
      align: "right",
      width: 100,
      hidden: true,
    },
    { key: "owner_name", title: t("owner"), width: 140, show: ({ owner_name }) => <Person name={owner_name} /> },
  ];
}
