import { useTranslation } from "react-i18next";
import { Money } from "@/ui/Money";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { Paid } from "./Paid";
import type { OrderRow } from "./queries";

/** The columns of orders, in their list and in the pages of customer and opportunity. */
export function useOrderColumns(): Column<OrderRow>[] {
  const { t } = useTranslation("order");
  return [
    { key: "number", title: t("number"), width: 190, show: ({ number }) => <span className="z-nowrap">{number}</span> },
    { key: "customer_name", title: t("customer") },
    { key: "status", title: t("status"), width: 110, show: ({ status }) => <StatusTag of="order" status={status} /> },
    {
      key: "total",
      title: t("total"),
      align: "right",
      width: 140,
      sortable: true,
      show: ({ total }) => <Money amount={total} />,
    },
    { key: "payment", title: t("payment"), width: 110, show: ({ payment }) => <Paid state={payment} /> },
    {
      key: "promised_ship_on",
      title: t("promised_ship_on"),
      width: 140,
      hidden: true,
      show: ({ promised_ship_on }) => <When at={promised_ship_on} as="date" />,
    },
    { key: "placed_at", title: t("placed_at"), width: 150, show: ({ placed_at }) => <When at={placed_at} /> },
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
