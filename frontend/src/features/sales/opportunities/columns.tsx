import { useTranslation } from "react-i18next";
import { dayOf } from "@/lib/time";
import { Money } from "@/ui/Money";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { NextStep } from "./NextStep";
import type { OpportunityRow } from "./queries";

/** The columns of opportunities, in their list and in the page of a customer. */
export function useOpportunityColumns(): Column<OpportunityRow>[] {
  const { t } = useTranslation("opportunity");
  return [
    { key: "title", title: t("name") },
    { key: "customer_name", title: t("customer"), width: 200 },
    {
      key: "status",
      title: t("stage"),
      width: 120,
      show: ({ status }) => <StatusTag of="opportunity" status={status} />,
    },
    {
      key: "amount",
      title: t("amount"),
      align: "right",
      width: 140,
      sortable: true,
      show: ({ amount }) => <Money amount={amount} />,
    },
    {
      key: "probability",
      title: t("probability"),
      align: "right",
      width: 80,
      show: ({ probability }) => `${probability}%`,
    },
    { key: "next_step", title: t("next_step"), width: 240, show: (opportunity) => <NextStep of={opportunity} /> },
    {
      key: "expected_close_on",
      title: t("expected_close_on"),
      width: 140,
      hidden: true,
      show: ({ expected_close_on }) => <When at={expected_close_on} as="date" />,
    },
    {
      key: "stage_since",
      title: t("stage_since"),
      width: 120,
      show: ({ stage_since, status }) =>
        status === "won" || status === "lost" ? (
          <span className="z-none">–</span>
        ) : (
          <When at={dayOf(stage_since)} as="relative" />
        ),
    },
    { key: "owner_name", title: t("owner"), width: 120, show: ({ owner_name }) => <Person name={owner_name} /> },
    {
      key: "updated_at",
      title: t("updated_at"),
      width: 140,
      hidden: true,
      sortable: true,
      show: ({ updated_at }) => <When at={updated_at} />,
    },
  ];
}
