import { useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { dayOf } from "@/lib/time";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { CONTACTS } from "../contacts/queries";
import { CUSTOMERS } from "../customers/queries";
import { changedLines, draftOf } from "../lines/drafts";
import { LinesField } from "../lines/LinesField";
import css from "./orders.module.css";
import type { Order, OrderIn } from "./queries";

interface Props {
  /** The order to make exact; without it a new one is registered. */
  order?: Order;
  /** Whose, where it is known already. */
  customer?: { id: string; name: string };
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Order) => void;
}

export function OrderForm({ order, customer, open, onClose, onDone }: Props) {
  const { t } = useTranslation("order");
  const queries = useQueryClient();

  function send({ customer_id, phone, address, lines, ...rest }: OrderIn): Promise<Order> {
    // What is masked is not shown in the form: left empty it stays as it is.
    const personal = { ...(phone ? { phone } : {}), ...(address ? { address } : {}) };
    if (!order) {
      return ok(api.POST("/api/v1/sales/orders", { body: { customer_id, ...rest, ...personal, lines } }));
    }
    const changed = changedLines(lines, order.lines);
    return ok(
      api.PATCH("/api/v1/sales/orders/{record_id}", {
        params: { path: { record_id: order.id }, header: ifMatch(order) },
        body: { ...rest, ...personal, ...(changed ? { lines: changed } : {}) },
      }),
    );
  }

  const orNull = (text: string) => text || null;
  return (
    <FormDrawer<OrderIn, Order>
      title={t(order ? "edit" : "new")}
      submit={order ? undefined : t("save_draft")}
      width={960}
      open={open}
      onClose={onClose}
      initial={
        order
          ? { ...order, lines: draftOf(order.lines) }
          : {
              customer_id: customer?.id,
              lines: [{ product_id: undefined as never, quantity: "1", discount: "0.00" }],
            }
      }
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["order", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["order"] });
        onDone?.(saved);
      }}
    >
      {(form) => (
        <>
          {order ? null : (
            <Form.Item
              name="customer_id"
              label={t("customer")}
              rules={[{ required: true, message: t("customer_needed") }]}
            >
              <RecordSelect
                at={CUSTOMERS}
                titleOf={({ name, number }) => `${name} · ${number}`}
                chosen={customer ? { id: customer.id, title: customer.name } : null}
                placeholder={t("customer_choose")}
                disabled={customer !== undefined}
              />
            </Form.Item>
          )}
          <Form.Item label={t("lines")} required extra={order ? t("lines_about") : undefined}>
            <LinesField before={order?.lines} />
          </Form.Item>
          <h3 className={css.part}>{t("delivery")}</h3>
          {order ? null : <p className="z-none">{t("delivery_about")}</p>}
          <div className={css.pair}>
            <Form.Item name="receiver" label={t("receiver")} normalize={orNull}>
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item name="phone" label={t("phone")} extra={order?.phone_masked ? t("kept_if_empty") : undefined}>
              <Input type="tel" maxLength={40} placeholder={order?.phone_masked ?? "13812345678"} />
            </Form.Item>
          </div>
          <Form.Item name="address" label={t("address")} extra={order?.address_masked ? t("kept_if_empty") : undefined}>
            <Input.TextArea
              autoSize={{ minRows: 1, maxRows: 3 }}
              maxLength={500}
              placeholder={order?.address_masked ?? t("address_example")}
            />
          </Form.Item>
          <div className={css.pair}>
            <Form.Item name="promised_ship_on" label={t("promised_ship_on")} extra={t("promised_about")}>
              <DayInput min={dayOf(Date.now())} />
            </Form.Item>
            <Form.Item noStyle shouldUpdate={(before, after) => before.customer_id !== after.customer_id}>
              {() => {
                const of = order?.customer_id ?? form.getFieldValue("customer_id");
                return of ? (
                  <Form.Item name="contact_id" label={t("contact")}>
                    <RecordSelect
                      at={CONTACTS}
                      query={{ customer_id: of }}
                      titleOf={({ name, position }) => (position ? `${name} · ${position}` : name)}
                      chosen={order?.contact_id ? { id: order.contact_id, title: order.contact_name ?? "" } : null}
                      placeholder={t("contact_choose")}
                      allowClear
                    />
                  </Form.Item>
                ) : null;
              }}
            </Form.Item>
          </div>
          <h3 className={css.part}>{t("invoice")}</h3>
          <div className={css.pair}>
            <Form.Item name="invoice_title" label={t("invoice_title")} normalize={orNull}>
              <Input maxLength={200} />
            </Form.Item>
            <Form.Item
              name="invoice_tax_number"
              label={t("invoice_tax_number")}
              normalize={(text: string) => text.toUpperCase() || null}
            >
              <Input maxLength={20} placeholder="91440300MA5F1ABC2X" />
            </Form.Item>
          </div>
          <Form.Item name="remark" label={t("remark")} normalize={orNull}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 5 }} maxLength={5000} placeholder={t("remark_example")} />
          </Form.Item>
        </>
      )}
    </FormDrawer>
  );
}
