import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { CUSTOMERS } from "../customers/queries";
import type { Contact, ContactIn, ContactRow } from "./queries";

interface Props {
  /** The contact to change; without it a new one is registered. */
  contact?: ContactRow;
  /** Whose, where it is known already. */
  customer?: { id: string; name: string };
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Contact) => void;
}

export function ContactForm({ contact, customer, open, onClose, onDone }: Props) {
  const { t } = useTranslation("contact");
  const queries = useQueryClient();

  function send({ customer_id, phone, email, ...rest }: ContactIn): Promise<Contact> {
    // What is masked is not shown in the form: left empty it stays as it is.
    const personal = { ...(phone ? { phone } : {}), ...(email ? { email } : {}) };
    if (!contact) return ok(api.POST("/api/v1/sales/contacts", { body: { customer_id, ...rest, ...personal } }));
    return ok(
      api.PATCH("/api/v1/sales/contacts/{record_id}", {
        params: { path: { record_id: contact.id }, header: ifMatch(contact) },
        body: { ...rest, ...personal },
      }),
    );
  }

  const orNull = (text: string) => text || null;
  return (
    <FormDrawer<ContactIn, Contact>
      title={t(contact ? "edit" : "new")}
      submit={contact ? undefined : t("new")}
      open={open}
      onClose={onClose}
      initial={contact ?? { customer_id: customer?.id, main: false }}
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["contact", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["contact"] });
        onDone?.(saved);
      }}
    >
      {contact ? null : (
        <Form.Item name="customer_id" label={t("customer")} rules={[{ required: true, message: t("customer_needed") }]}>
          <RecordSelect
            at={CUSTOMERS}
            titleOf={({ name, number }) => `${name} · ${number}`}
            chosen={customer ? { id: customer.id, title: customer.name } : null}
            placeholder={t("customer_choose")}
            disabled={customer !== undefined}
          />
        </Form.Item>
      )}
      <Form.Item
        name="name"
        label={t("name")}
        rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
      >
        <Input maxLength={200} placeholder={t("name_example")} autoFocus />
      </Form.Item>
      <Form.Item name="position" label={t("position")} normalize={orNull}>
        <Input maxLength={200} placeholder={t("position_example")} />
      </Form.Item>
      <Form.Item name="phone" label={t("phone")} extra={contact?.phone_masked ? t("kept_if_empty") : undefined}>
        <Input type="tel" maxLength={40} placeholder={contact?.phone_masked ?? "13812345678"} />
      </Form.Item>
      <Form.Item name="email" label={t("email")} extra={contact?.email_masked ? t("kept_if_empty") : undefined}>
        <Input type="email" maxLength={200} placeholder={contact?.email_masked ?? "name@example.com"} />
      </Form.Item>
      <Form.Item name="wechat" label={t("wechat")} normalize={orNull}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="main" label={t("main")} valuePropName="checked" extra={t("main_about")}>
        <Switch />
      </Form.Item>
      <Form.Item name="remark" label={t("remark")} normalize={orNull}>
        <Input.TextArea rows={3} maxLength={5000} placeholder={t("remark_example")} />
      </Form.Item>
    </FormDrawer>
  );
}
