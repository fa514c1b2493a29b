import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Money } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { PaymentForm } from "./form";
import { METHODS, PAYMENTS } from "./queries";

/** 4.3.1, 4.3.4 Payments: what came in; a wrong one is reversed, never changed. */
export default function Payments() {
  const { t } = useTranslation("payment");
  const has = useDuty();
  const [recording, setRecording] = useState(false);
  const make = has("payment.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setRecording(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={PAYMENTS}
        resource="payment"
        columns={[
          { key: "order_number", title: t("order"), width: 200 },
          {
            key: "amount",
            title: t("amount"),
            align: "right",
            width: 150,
            show: ({ amount }) => <Money amount={amount} />,
          },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="payment" status={status} />,
          },
          { key: "method", title: t("method"), width: 120, show: ({ method }) => t(`methods.${method}`) },
          { key: "reference", title: t("reference"), width: 200 },
          { key: "paid_on", title: t("paid_on"), width: 150, show: ({ paid_on }) => <When at={paid_on} as="date" /> },
          { key: "remark", title: t("remark"), width: 200 },
          {
            key: "created_at",
            title: t("created_at"),
            width: 150,
            hidden: true,
            show: ({ created_at }) => <When at={created_at} />,
          },
        ]}
        filters={[
          {
            kind: "choice",
            key: "method",
            label: t("method"),
            options: METHODS.map((method) => ({ value: method, label: t(`methods.${method}`) })),
          },
          { kind: "dates", key: "paid_on", label: t("paid_on") },
          { kind: "numbers", key: "amount", label: t("amount") },
          { kind: "choice", key: "status", label: t("status"), options: statesOf("payment", ["recorded", "reversed"]) },
        ]}
        views={[{ name: t("view_reversed"), query: { status: "reversed" } }]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.3.1" action={make} />}
      />
      <PaymentForm open={recording} onClose={() => setRecording(false)} />
    </Page>
  );
}
