import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Radio, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { type Customer, type CustomerIn, KINDS, LEVELS } from "./queries";

interface Props {
  /** The file to keep; without it a new one is opened. */
  customer?: Customer;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Customer) => void;
}

export function CustomerForm({ customer, open, onClose, onDone }: Props) {
  const { t } = useTranslation("customer");
  const queries = useQueryClient();

  function send({ phone, email, address, ...rest }: CustomerIn): Promise<Customer> {
    // What is masked is not shown in the form: left empty it stays as it is.
    const personal = { ...(phone ? { phone } : {}), ...(email ? { email } : {}), ...(address ? { address } : {}) };
    const body = { ...rest, ...personal };
    if (!customer) return ok(api.POST("/api/v1/sales/customers", { body }));
    return ok(
      api.PATCH("/api/v1/sales/customers/{record_id}", {
        params: { path: { record_id: customer.id }, header: ifMatch(customer) },
        body,
      }),
    );
  }

  const orNull = (text: string) => text || null;
  return (
    <FormDrawer<CustomerIn, Customer>
      title={t(customer ? "edit" : "new")}
      submit={customer ? undefined : t("new")}
      open={open}
      onClose={onClose}
      initial={
        customer
          ? { ...customer, kind: customer.kind as CustomerIn["kind"], level: customer.level as CustomerIn["level"] }
          : { kind: "company", level: "normal" }
      }
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["customer", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["customer"] });
        onDone?.(saved);
      }}
    >
      <Form.Item name="kind" label={t("kind")} rules={[{ required: true }]}>
        <Segmented options={KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))} />
      </Form.Item>
      <Form.Item
        name="name"
        label={t("name")}
        rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
      >
        <Input maxLength={200} placeholder={t("name_example")} autoFocus />
      </Form.Item>
      <Form.Item name="phone" label={t("phone")} extra={customer?.phone_masked ? t("kept_if_empty") : undefined}>
        <Input type="tel" maxLength={40} placeholder={customer?.phone_masked ?? "13812345678"} />
      </Form.Item>
      <Form.Item name="email" label={t("email")} extra={customer?.email_masked ? t("kept_if_empty") : t("email_about")}>
        <Input type="email" maxLength={200} placeholder={customer?.email_masked ?? "name@example.com"} />
      </Form.Item>
      <Form.Item name="region" label={t("region")} normalize={orNull}>
        <Input maxLength={200} placeholder={t("region_example")} />
      </Form.Item>
      <Form.Item name="address" label={t("address")} extra={customer?.address_masked ? t("kept_if_empty") : undefined}>
        <Input.TextArea
          autoSize={{ minRows: 1, maxRows: 3 }}
          maxLength={500}
          placeholder={customer?.address_masked ?? t("address_example")}
        />
      </Form.Item>
      <Form.Item name="industry" label={t("industry")} normalize={orNull}>
        <Input maxLength={200} placeholder={t("industry_example")} />
      </Form.Item>
      <Form.Item name="level" label={t("level")} rules={[{ required: true }]} extra={t("level_about")}>
        <Radio.Group options={LEVELS.map((level) => ({ value: level, label: t(`levels.${level}`) }))} />
      </Form.Item>
      <Form.Item name="remark" label={t("remark")} normalize={orNull}>
        <Input.TextArea rows={3} maxLength={5000} />
      </Form.Item>
    </FormDrawer>
  );
}
