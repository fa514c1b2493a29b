import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import { CHANNELS } from "../channels/queries";
import { CriteriaFields } from "./CriteriaFields";
import css from "./form.module.css";
import { type Assessment, type AssessmentIn, CRITERIA } from "./queries";

interface Props {
  /** The draft to change; without it the next version of a channel is begun. */
  assessment?: Assessment;
  /** The channel to assess, where it is known already. */
  channel?: { id: string; name: string };
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Assessment) => void;
}

const EQUAL_WEIGHTS = Object.fromEntries(CRITERIA.map((name) => [name, { weight: 100 / CRITERIA.length }]));

export function AssessmentForm({ assessment, channel, open, onClose, onDone }: Props) {
  const { t } = useTranslation("channel_assessment");
  const queries = useQueryClient();

  function send({ channel_id, ...rest }: AssessmentIn): Promise<Assessment> {
    if (!assessment) {
      return ok(api.POST("/api/v1/marketing/channel-assessments", { body: { channel_id, ...rest } }));
    }
    return ok(
      api.PATCH("/api/v1/marketing/channel-assessments/{record_id}", {
        params: { path: { record_id: assessment.id }, header: ifMatch(assessment) },
        body: rest,
      }),
    );
  }

  return (
    <FormDrawer<AssessmentIn, Assessment>
      title={
        assessment
          ? t("edit", { channel: assessment.channel_name })
          : channel
            ? t("new_of", { channel: channel.name })
            : t("new")
      }
      submit={t("save_draft")}
      width={760}
      open={open}
      onClose={onClose}
      initial={assessment ?? ({ channel_id: channel?.id, criteria: EQUAL_WEIGHTS } as Partial<AssessmentIn>)}
      onSubmit={send}
      onDone={async (saved) => {
        queries.setQueryData(["channel_assessment", saved.id], saved);
        await queries.invalidateQueries({ queryKey: ["channel_assessment"] });
        onDone?.(saved);
      }}
    >
      {(form) => (
        <>
          {assessment || channel ? null : (
            <Form.Item
              name="channel_id"
              label={t("channel")}
              rules={[{ required: true, message: t("channel_needed") }]}
            >
              <RecordSelect
                at={CHANNELS}
                query={{ status: "proposed,expired,active" }}
                titleOf={({ name }) => name}
                placeholder={t("channel_choose")}
              />
            </Form.Item>
          )}
          {channel ? (
            <Form.Item name="channel_id" hidden noStyle>
              <Input />
            </Form.Item>
          ) : null}
          <CriteriaFields form={form} />
          <Form.Item
            name="summary"
            label={t("summary")}
            extra={t("summary_about")}
            rules={[{ required: true, whitespace: true, message: t("summary_needed") }]}
          >
            <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={5000} />
          </Form.Item>
          <div className={css.forecast}>
            <Form.Item
              name="expected_leads"
              label={t("expected_leads")}
              rules={[{ required: true, message: t("expected_needed") }]}
            >
              <InputNumber min={0} precision={0} suffix={t("a_month")} />
            </Form.Item>
            <Form.Item
              name="expected_cost_per_lead"
              label={t("expected_cost_per_lead")}
              rules={[{ required: true, message: t("expected_needed") }]}
            >
              <MoneyInput />
            </Form.Item>
          </div>
        </>
      )}
    </FormDrawer>
  );
}
