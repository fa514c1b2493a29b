import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Segmented } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { dayOf } from "@/lib/time";
import { FormDrawer } from "@/ui/FormDrawer";
import { MomentInput } from "@/ui/MomentInput";

type FollowUpIn = components["schemas"]["FollowUpIn"];
type FollowUp = components["schemas"]["FollowUpDetail"];

const CHANNELS = ["call", "wechat", "email", "visit", "meeting"] as const;

interface Props {
  /** With whom, or about what. */
  about: { customer_id: string } | { opportunity_id: string };
  open: boolean;
  onClose: () => void;
}

/** 4.2.3 A conversation is written down: how, what was said, what was answered, and when to speak again. */
export function Conversation({ about, open, onClose }: Props) {
  const { t } = useTranslation("customer");
  const queries = useQueryClient();
  const today = dayOf(Date.now());
  return (
    <FormDrawer<FollowUpIn, FollowUp>
      title={t("talk")}
      submit={t("talk_submit")}
      open={open}
      onClose={onClose}
      initial={{ channel: "call" }}
      onSubmit={(said) => ok(api.POST("/api/v1/sales/follow-ups", { body: { ...said, ...about } }))}
      onDone={() => {
        for (const key of ["customer", "opportunity", "follow_up", "day"]) {
          void queries.invalidateQueries({ queryKey: [key] });
        }
      }}
    >
      <Form.Item name="channel" label={t("channel")} rules={[{ required: true }]}>
        <Segmented options={CHANNELS.map((channel) => ({ value: channel, label: t(`channels.${channel}`) }))} />
      </Form.Item>
      <Form.Item
        name="content"
        label={t("content")}
        rules={[{ required: true, whitespace: true, message: t("content_needed") }]}
      >
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={5000} placeholder={t("content_example")} />
      </Form.Item>
      <Form.Item name="response" label={t("response")} normalize={(text: string) => text || null}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={5000} placeholder={t("response_example")} />
      </Form.Item>
      <Form.Item name="at" label={t("said_at")} extra={t("said_at_about")}>
        <MomentInput max={today} />
      </Form.Item>
      <Form.Item name="next_at" label={t("next_at")} extra={t("next_at_about")}>
        <MomentInput min={today} />
      </Form.Item>
    </FormDrawer>
  );
}
