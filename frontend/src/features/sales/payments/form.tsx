import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Form, type FormInstance, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { money } from "@/lib/numbers";
import { dayOf } from "@/lib/time";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import { Money } from "@/ui/Money";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import { toPay } from "../lines/sums";
import { ORDERS, type OrderRow, orderQuery } from "../orders/queries";
import { METHODS, type Payment, type PaymentIn } from "./queries";

interface Props {
  /** What it was paid for, where it is known already. */
  order?: Pick<OrderRow, "id" | "number" | "customer_name" | "total" | "paid">;
  open: boolean;
  onClose: () => void;
}

// A draft or a cancelled order cannot be paid for.
const PAYABLE = { status: "placed,confirmed,processing,shipped,delivered,completed" };

export function PaymentForm({ order, open, onClose }: Props) {
  const { t } = useTranslation("payment");
  const language = useLanguage();
  const queries = useQueryClient();
  const today = dayOf(Date.now());
  return (
    <FormDrawer<PaymentIn, Payment>
      title={t("new")}
      submit={t("new")}
      open={open}
      onClose={onClose}
      initial={{ order_id: order?.id, amount: order ? toPay(order) : undefined, method: "bank", paid_on: today }}
      onSubmit={(body) => ok(api.POST("/api/v1/sales/payments", { body }))}
      onDone={async () => {
        await queries.invalidateQueries({ queryKey: ["payment"] });
        await queries.invalidateQueries({ queryKey: ["order"] });
      }}
    >
      {(form) => (
        <>
          <Form.Item
            name="order_id"
            label={t("order")}
            rules={[{ required: true, message: t("order_needed") }]}
            extra={<StillToPay form={form} />}
          >
            <RecordSelect
              at={ORDERS}
              query={PAYABLE}
              titleOf={({ number, customer_name, total }) =>
                `${number} · ${customer_name ?? ""} · ${money(total, language)}`
              }
              chosen={order ? { id: order.id, title: `${order.number} · ${order.customer_name ?? ""}` } : null}
              placeholder={t("order_choose")}
              disabled={order !== undefined}
            />
          </Form.Item>
          <Form.Item name="amount" label={t("amount")} rules={[{ required: true, message: t("amount_needed") }]}>
            <MoneyInput />
          </Form.Item>
          <Form.Item name="method" label={t("method")} rules={[{ required: true }]}>
            <Select options={METHODS.map((method) => ({ value: method, label: t(`methods.${method}`) }))} />
          </Form.Item>
          <Form.Item name="paid_on" label={t("paid_on")} rules={[{ required: true, message: t("paid_on_needed") }]}>
            <DayInput max={today} />
          </Form.Item>
          <Form.Item
            name="reference"
            label={t("reference")}
            extra={t("reference_about")}
            normalize={(text: string) => text || null}
          >
            <Input maxLength={200} placeholder="2026112500018" />
          </Form.Item>
          <Form.Item name="remark" label={t("remark")} normalize={(text: string) => text || null}>
            <Input.TextArea rows={2} maxLength={1000} />
          </Form.Item>
          <p className="z-none">{t("never_edited")}</p>
        </>
      )}
    </FormDrawer>
  );
}

function StillToPay({ form }: { form: FormInstance<PaymentIn> }) {
  const { t } = useTranslation("payment");
  const id = Form.useWatch("order_id", form);
  const { data } = useQuery({ ...orderQuery(id ?? ""), enabled: Boolean(id) });
  if (!data) return null;
  return (
    <>
      {t("to_pay")} <Money amount={toPay(data)} />
    </>
  );
}
