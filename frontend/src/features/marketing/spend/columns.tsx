import { useTranslation } from "react-i18next";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { Amount } from "./Amount";
import type { SpendRow } from "./queries";

/** The columns of the ledger of spend, in its list and in the page of a campaign. */
export function useSpendColumns(): Column<SpendRow>[] {
  const { t } = useTranslation("spend");
  return [
    { key: "day", title: t("day"), width: 150, sortable: true, show: ({ day }) => <When at={day} as="date" /> },
    { key: "amount", title: t("amount"), align: "right", width: 140, show: (spend) => <Amount of={spend} /> },
    {
      key: "status",
      title: t("status"),
      width: 110,
      show: ({ status }) => <StatusTag of="spend" status={status} />,
    },
    { key: "campaign_name", title: t("campaign"), width: 180 },
    { key: "channel_name", title: t("channel"), width: 150 },
    { key: "note", title: t("note") },
    { key: "owner_name", title: t("owner"), width: 130, show: ({ owner_name }) => <Person name={owner_name} /> },
  ];
}
