import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { Money } from "@/ui/Money";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import type { ProposalRow } from "./queries";

/** The columns of proposals, in their list and in the page of an opportunity. */
export function useProposalColumns(): Column<ProposalRow>[] {
  const { t } = useTranslation("proposal");
  const language = useLanguage();
  return [
    { key: "title", title: t("name") },
    { key: "edition", title: t("edition"), width: 80, show: ({ edition }) => t("edition_number", { number: edition }) },
    { key: "customer_name", title: t("customer"), width: 200 },
    {
      key: "status",
      title: t("status"),
      width: 120,
      show: ({ status }) => <StatusTag of="proposal" status={status} />,
    },
    { key: "total", title: t("total"), align: "right", width: 140, show: ({ total }) => <Money amount={total} /> },
    {
      key: "discount",
      title: t("discount"),
      align: "right",
      width: 90,
      show: ({ gross, discount }) =>
        Number(discount) > 0 ? percent(Number(discount) / Number(gross), language) : <span className="z-none">–</span>,
    },
    {
      key: "valid_until",
      title: t("valid_until"),
      width: 150,
      show: ({ valid_until }) => <When at={valid_until} as="date" />,
    },
    { key: "number", title: t("number"), width: 180, hidden: true },
    { key: "owner_name", title: t("owner"), width: 120, show: ({ owner_name }) => <Person name={owner_name} /> },
  ];
}
