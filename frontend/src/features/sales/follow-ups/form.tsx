import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Segmented, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { dayOf } from "@/lib/time";
import { FormDrawer } from "@/ui/FormDrawer";
import { MomentInput } from "@/ui/MomentInput";
import { type FollowUp, type FollowUpIn, WAYS } from "./queries";

interface Props {
  /** With whom it was. */
  lead: { id: string; name: string } | null;
  open: boolean;
  onClose: () => void;
}

/** 4.2.3 A conversation with a lead is written down; a first one meets the limit, and a promise becomes due. */
export function FollowUpForm({ lead, open, onClose }: Props) {
  const { t } = useTranslation("follow_up");
  const queries = useQueryClient();
  return (
    <FormDrawer<FollowUpIn, FollowUp>
      title={t("new_with", { name: lead?.name ?? "" })}
      submit={t("record")}
      open={open}
      onClose={onClose}
      initial={FRESH}
      onSubmit={(said) => ok(api.POST("/api/v1/sales/follow-ups", { body: { ...said, lead_id: lead?.id } }))}
      onDone={() => {
        for (const key of ["lead", "follow_up", "day"]) void queries.invalidateQueries({ queryKey: [key] });
      }}
    >
      <FollowUpFields />
    </FormDrawer>
  );
}

export const FRESH: Partial<FollowUpIn> = { channel: "call", tags: [] };

/** How, when, what was said and answered, and when to speak again. */
export function FollowUpFields() {
  const { t } = useTranslation("follow_up");
  const today = dayOf(Date.now());
  return (
    <>
      <Form.Item name="channel" label={t("channel")} rules={[{ required: true }]}>
        <Segmented block options={WAYS.map((way) => ({ value: way, label: t(`ways.${way}`) }))} />
      </Form.Item>
      <Form.Item
        name="content"
        label={t("content")}
        rules={[{ required: true, whitespace: true, message: t("content_needed") }]}
      >
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 8 }} maxLength={5000} placeholder={t("content_example")} />
      </Form.Item>
      <Form.Item
        name="response"
        label={t("response")}
        extra={t("response_about")}
        normalize={(text: string) => text || null}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={5000} placeholder={t("response_example")} />
      </Form.Item>
      <Form.Item name="next_at" label={t("next_at")} extra={t("next_at_about")}>
        <MomentInput min={today} />
      </Form.Item>
      <Form.Item name="at" label={t("at")} extra={t("at_about")}>
        <MomentInput max={today} />
      </Form.Item>
      <Form.Item name="tags" label={t("tags")}>
        <Select mode="tags" maxCount={20} placeholder={t("tags_example")} tokenSeparators={SEPARATORS} />
      </Form.Item>
    </>
  );
}

const SEPARATORS = [",", "，", "、"];
