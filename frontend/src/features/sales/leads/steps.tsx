import { Alert, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { dayOf } from "@/lib/time";
import type { StepForm } from "@/ui/ActionBar";
import { DayInput } from "@/ui/DayInput";
import { MomentInput } from "@/ui/MomentInput";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import { FollowUpFields, FRESH } from "../follow-ups/form";
import { ReasonField } from "../ReasonField";
import { Colleague } from "./Colleague";
import css from "./leads.module.css";
import { called, type Lead } from "./queries";

/** The steps of a lead that ask something first. */
export function useLeadSteps(lead: Lead): Record<string, StepForm> {
  const { t } = useTranslation("lead");
  const has = useDuty();
  const today = dayOf(Date.now());
  const note = (
    <Form.Item name="note" label={t("note")} normalize={orUnset}>
      <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} />
    </Form.Item>
  );
  return {
    contact: { fields: <FollowUpFields />, initial: { ...FRESH } },
    assign: {
      fields: (
        <>
          <Form.Item
            name="account_id"
            label={t("assign_to")}
            rules={[{ required: true, message: t("colleague_needed") }]}
          >
            <Colleague />
          </Form.Item>
          <Form.Item name="note" label={t("note")} normalize={orUnset}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} placeholder={t("note_example")} />
          </Form.Item>
        </>
      ),
    },
    nurture: {
      fields: (
        <>
          <Form.Item name="next_at" label={t("nurture_at")} rules={[{ required: true, message: t("nurture_needed") }]}>
            <MomentInput min={today} />
          </Form.Item>
          <Form.Item name="note" label={t("note")} normalize={orUnset}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={1000} placeholder={t("nurture_example")} />
          </Form.Item>
        </>
      ),
    },
    disqualify: {
      fields: (
        <ReasonField label={t("reason")} needed={t("reason_needed")} placeholder={t("reason_disqualified_example")} />
      ),
    },
    lose: {
      fields: <ReasonField label={t("reason")} needed={t("reason_needed")} placeholder={t("reason_lost_example")} />,
    },
    release: {
      fields: (
        <>
          <p>{t("release_consequence")}</p>
          {note}
        </>
      ),
    },
    convert: {
      initial: {
        title: lead.company ?? lead.name,
        amount: lead.budget,
        needs: lead.need,
        customer_id: lead.customer_id,
      },
      fields: (
        <>
          <Alert type="info" showIcon title={t("convert_about")} className={css.told} />
          <Form.Item
            name="title"
            label={t("opportunity_title")}
            rules={[{ required: true, whitespace: true, message: t("opportunity_title_needed") }]}
          >
            <Input maxLength={200} placeholder={t("opportunity_title_example")} autoFocus />
          </Form.Item>
          <div className={css.pair}>
            <Form.Item name="amount" label={t("amount")} rules={[{ required: true, message: t("amount_needed") }]}>
              <MoneyInput />
            </Form.Item>
            <Form.Item name="expected_close_on" label={t("expected_close_on")}>
              <DayInput min={today} />
            </Form.Item>
          </div>
          <Form.Item name="needs" label={t("needs")} normalize={(text: string) => text || null}>
            <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={5000} />
          </Form.Item>
          {has("customer.read") ? (
            <Form.Item name="customer_id" label={t("customer")} extra={t("customer_about")}>
              <RecordSelect
                at="/api/v1/sales/customers"
                titleOf={({ name, number }) => `${name} · ${number}`}
                chosen={lead.customer_id ? { id: lead.customer_id, title: called(lead.company, null) } : null}
                placeholder={t("customer_new")}
                allowClear
              />
            </Form.Item>
          ) : null}
          {note}
        </>
      ),
    },
  };
}

const orUnset = (text: string) => text || undefined;
