import { useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import css from "./leads.module.css";
import type { Lead, LeadIn } from "./queries";

interface Props {
  /** The lead to change; without it a new one is registered. */
  lead?: Lead;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Lead) => void;
}

/** 4.1.1 A lead by hand: who it is, where it comes from and what is wanted. */
export function LeadForm({ lead, open, onClose, onDone }: Props) {
  const { t } = useTranslation("lead");
  const queries = useQueryClient();
  const has = useDuty();

  function send({ phone, email, ...rest }: LeadIn): Promise<Lead> {
    // What is masked is not shown in the form: left empty it stays as it is.
    const body = { ...rest, ...(phone ? { phone } : {}), ...(email ? { email } : {}) };
    if (!lead) return ok(api.POST("/api/v1/sales/leads", { body }));
    return ok(
      api.PATCH("/api/v1/sales/leads/{record_id}", {
        params: { path: { record_id: lead.id }, header: ifMatch(lead) },
        body,
      }),
    );
  }

  return (
    <FormDrawer<LeadIn, Lead>
      title={t(lead ? "edit" : "new")}
      submit={lead ? undefined : t("new")}
      open={open}
      onClose={onClose}
      initial={lead && fieldsOf(lead)}
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["lead", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["lead"] });
        void queries.invalidateQueries({ queryKey: ["duplicate"] });
        void queries.invalidateQueries({ queryKey: ["day"] });
        onDone?.(saved);
      }}
    >
      <div className={css.pair}>
        <Form.Item
          name="name"
          label={t("name")}
          rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
        >
          <Input maxLength={200} autoFocus />
        </Form.Item>
        <Form.Item name="title" label={t("position")} normalize={orNull}>
          <Input maxLength={200} placeholder={t("position_example")} />
        </Form.Item>
      </div>
      <Form.Item name="company" label={t("company")} normalize={orNull}>
        <Input maxLength={200} />
      </Form.Item>
      <div className={css.pair}>
        <Form.Item name="phone" label={t("phone")} extra={lead?.phone_masked ? t("stays") : undefined}>
          <Input type="tel" maxLength={40} placeholder={lead?.phone_masked ?? "13812345678"} />
        </Form.Item>
        <Form.Item name="email" label={t("email")} extra={lead?.email_masked ? t("stays") : undefined}>
          <Input type="email" maxLength={254} placeholder={lead?.email_masked ?? "name@example.com"} />
        </Form.Item>
      </div>
      <Form.Item
        name="source_id"
        label={t("source")}
        extra={t("source_about")}
        rules={[{ required: true, message: t("source_needed") }]}
      >
        <RecordSelect
          at="/api/v1/sales/lead-sources"
          query={IN_USE}
          titleOf={({ name }) => name}
          chosen={lead && { id: lead.source_id, title: lead.source_name ?? "" }}
        />
      </Form.Item>
      {has("campaign.read") ? (
        <Form.Item name="campaign_id" label={t("campaign")}>
          <RecordSelect
            at="/api/v1/marketing/campaigns"
            titleOf={({ name }) => name}
            chosen={lead?.campaign_id ? { id: lead.campaign_id, title: lead.campaign_name ?? "" } : null}
            allowClear
          />
        </Form.Item>
      ) : null}
      <div className={css.pair}>
        <Form.Item name="product_interest" label={t("product_interest")} normalize={orNull}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="budget" label={t("budget")}>
          <MoneyInput />
        </Form.Item>
      </div>
      <Form.Item name="region" label={t("region")} extra={t("region_about")} normalize={orNull}>
        <Input maxLength={200} placeholder={t("region_example")} />
      </Form.Item>
      <Form.Item name="need" label={t("need")} normalize={orNull}>
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={5000} placeholder={t("need_example")} />
      </Form.Item>
    </FormDrawer>
  );
}

const IN_USE = { active: "true" };
const orNull = (text: string) => text || null;

function fieldsOf(lead: Lead): Partial<LeadIn> {
  const { name, title, company, source_id, campaign_id, product_interest, budget, region, need } = lead;
  return { name, title, company, source_id, campaign_id, product_interest, budget, region, need };
}
