import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { dayOf } from "@/lib/time";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import { MomentInput } from "@/ui/MomentInput";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import { CONTACTS } from "../contacts/queries";
import { CUSTOMERS } from "../customers/queries";
import css from "./opportunities.module.css";
import type { Opportunity, OpportunityIn, OpportunityPatch } from "./queries";

interface Props {
  /** The opportunity to work on; without it a new one is opened. */
  opportunity?: Opportunity;
  /** With whom, where it is known already. */
  customer?: { id: string; name: string };
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Opportunity) => void;
}

type Values = OpportunityIn & OpportunityPatch;

export function OpportunityForm({ opportunity, customer, open, onClose, onDone }: Props) {
  const { t } = useTranslation("opportunity");
  const queries = useQueryClient();
  const today = dayOf(Date.now());

  function send({ customer_id, next_step_at, ...rest }: Values): Promise<Opportunity> {
    // An unchanged moment that has passed is not sent again: it would be refused as past.
    const moved = next_step_at !== opportunity?.next_step_at ? { next_step_at: next_step_at ?? null } : {};
    if (!opportunity) {
      return ok(api.POST("/api/v1/sales/opportunities", { body: { customer_id, ...rest, ...moved } as OpportunityIn }));
    }
    return ok(
      api.PATCH("/api/v1/sales/opportunities/{record_id}", {
        params: { path: { record_id: opportunity.id }, header: ifMatch(opportunity) },
        body: { ...changed(rest, opportunity), ...moved },
      }),
    );
  }

  const orNull = (text: string) => text || null;
  return (
    <FormDrawer<Values, Opportunity>
      title={t(opportunity ? "edit" : "new")}
      submit={opportunity ? undefined : t("new")}
      width={640}
      open={open}
      onClose={onClose}
      initial={opportunity ?? { customer_id: customer?.id, amount: "0.00" }}
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["opportunity", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["opportunity"] });
        void queries.invalidateQueries({ queryKey: ["day"] });
        onDone?.(saved);
      }}
    >
      {(form) => (
        <>
          {opportunity ? null : (
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
          <Form.Item
            name="title"
            label={t("name")}
            rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
          >
            <Input maxLength={200} placeholder={t("name_example")} autoFocus={!opportunity} />
          </Form.Item>
          <Form.Item name="needs" label={t("needs")} extra={t("needs_about")} normalize={orNull}>
            <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={5000} placeholder={t("needs_example")} />
          </Form.Item>
          <div className={css.pair}>
            <Form.Item name="next_step" label={t("next_step")} normalize={orNull}>
              <Input maxLength={200} placeholder={t("next_step_example")} />
            </Form.Item>
            <Form.Item name="next_step_at" label={t("next_step_at")}>
              <MomentInput min={today} />
            </Form.Item>
            <Form.Item name="amount" label={t("amount")} extra={t("amount_about")}>
              <MoneyInput />
            </Form.Item>
            <Form.Item name="expected_close_on" label={t("expected_close_on")}>
              <DayInput />
            </Form.Item>
            {opportunity ? (
              <Form.Item name="probability" label={t("probability")}>
                <InputNumber min={0} max={100} precision={0} suffix="%" style={{ width: "100%" }} />
              </Form.Item>
            ) : null}
            <Form.Item noStyle shouldUpdate={(before, after) => before.customer_id !== after.customer_id}>
              {() => {
                const of = opportunity?.customer_id ?? form.getFieldValue("customer_id");
                return of ? (
                  <Form.Item name="contact_id" label={t("contact")}>
                    <RecordSelect
                      at={CONTACTS}
                      query={{ customer_id: of }}
                      titleOf={({ name, position }) => (position ? `${name} · ${position}` : name)}
                      chosen={
                        opportunity?.contact_id
                          ? { id: opportunity.contact_id, title: opportunity.contact_name ?? "" }
                          : null
                      }
                      placeholder={t("contact_choose")}
                      allowClear
                    />
                  </Form.Item>
                ) : null;
              }}
            </Form.Item>
          </div>
        </>
      )}
    </FormDrawer>
  );
}

function changed(values: OpportunityPatch, before: Opportunity): OpportunityPatch {
  const known = before as unknown as Record<string, unknown>;
  return Object.fromEntries(Object.entries(values).filter(([name, value]) => value !== known[name]));
}
