import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { FULFILMENTS } from "./queries";

/** 4.3.2, 4.3.3 Parcels: what was sent off and when it arrived. A row leads to its order. */
export default function Parcels() {
  const { t } = useTranslation("fulfilment");
  return (
    <Page title={t("title")} about={t("about")} trail={[{ title: t("orders"), to: "/sales/orders" }]}>
      <ResourceTable
        at={FULFILMENTS}
        resource="fulfilment"
        to={({ order_id }) => `/sales/orders/${order_id}`}
        columns={[
          { key: "tracking_number", title: t("tracking_number"), width: 220 },
          { key: "order_number", title: t("order_number"), width: 180 },
          { key: "carrier", title: t("carrier"), width: 180 },
          { key: "shipped_at", title: t("shipped_at"), width: 180, show: ({ shipped_at }) => <When at={shipped_at} /> },
          {
            key: "delivered_at",
            title: t("delivered_at"),
            width: 180,
            show: ({ delivered_at }) => (delivered_at ? <When at={delivered_at} /> : t("under_way")),
          },
          { key: "received_by", title: t("received_by"), width: 160 },
        ]}
        filters={[
          { kind: "dates", key: "shipped_at", label: t("shipped_at") },
          { kind: "dates", key: "delivered_at", label: t("delivered_at") },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.3.2" />}
      />
    </Page>
  );
}
