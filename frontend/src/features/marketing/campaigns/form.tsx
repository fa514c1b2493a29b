import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import { CHANNELS } from "../channels/queries";
import css from "./form.module.css";
import { CAMPAIGN_KINDS, type Campaign, type CampaignIn } from "./queries";

interface Props {
  /** The draft to change; without it a new one is planned. */
  campaign?: Campaign;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Campaign) => void;
}

export function CampaignForm({ campaign, open, onClose, onDone }: Props) {
  const { t } = useTranslation(["campaign", "states"]);
  const queries = useQueryClient();

  function send(body: CampaignIn): Promise<Campaign> {
    if (!campaign) return ok(api.POST("/api/v1/marketing/campaigns", { body }));
    return ok(
      api.PATCH("/api/v1/marketing/campaigns/{record_id}", {
        params: { path: { record_id: campaign.id }, header: ifMatch(campaign) },
        body,
      }),
    );
  }

  const needed = (what: string) => [{ required: true, message: t("needed", { what }) }];
  const written = (what: string) => [{ required: true, whitespace: true, message: t("needed", { what }) }];
  return (
    <FormDrawer<CampaignIn, Campaign>
      title={t(campaign ? "edit" : "new")}
      submit={t("save_draft")}
      width={720}
      open={open}
      onClose={onClose}
      initial={campaign && { ...campaign, kind: campaign.kind as CampaignIn["kind"] }}
      onSubmit={send}
      onDone={async (saved) => {
        queries.setQueryData(["campaign", saved.id], saved);
        await queries.invalidateQueries({ queryKey: ["campaign", "list"] });
        onDone?.(saved);
      }}
    >
      {(form) => (
        <>
          <Form.Item name="name" label={t("name")} rules={written(t("name"))}>
            <Input maxLength={200} placeholder={t("name_example")} autoFocus />
          </Form.Item>
          <div className={css.pair}>
            <Form.Item name="channel_id" label={t("channel")} rules={needed(t("channel"))} extra={t("channel_about")}>
              <RecordSelect
                at={CHANNELS}
                query={{ status: "active,proposed,expired" }}
                titleOf={({ name, status }) =>
                  status === "active" ? name : `${name} · ${t([`states:channel.${status}`, `states:any.${status}`])}`
                }
                chosen={campaign ? { id: campaign.channel_id, title: campaign.channel_name } : null}
                placeholder={t("channel_choose")}
              />
            </Form.Item>
            <Form.Item name="kind" label={t("kind")} rules={needed(t("kind"))}>
              <Select
                placeholder={t("kind_choose")}
                options={CAMPAIGN_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
              />
            </Form.Item>
          </div>
          {campaign ? null : (
            <Form.Item name="code" label={t("code")} extra={t("code_about")} rules={needed(t("code"))}>
              <Input maxLength={64} placeholder="spring-2027" />
            </Form.Item>
          )}
          <div className={css.pair}>
            <Form.Item name="begins_on" label={t("begins_on")} rules={needed(t("begins_on"))}>
              <DayInput />
            </Form.Item>
            <Form.Item noStyle shouldUpdate={(before, after) => before.begins_on !== after.begins_on}>
              {() => (
                <Form.Item name="ends_on" label={t("ends_on")} rules={needed(t("ends_on"))}>
                  <DayInput min={form.getFieldValue("begins_on")} />
                </Form.Item>
              )}
            </Form.Item>
          </div>
          <Form.Item name="budget" label={t("budget")} extra={t("budget_about")} rules={needed(t("budget"))}>
            <MoneyInput />
          </Form.Item>
          <h3 className={css.part}>{t("goals")}</h3>
          <div className={css.three}>
            <Form.Item name="leads_target" label={t("leads_target")} rules={needed(t("leads_target"))}>
              <InputNumber min={0} precision={0} controls={false} />
            </Form.Item>
            <Form.Item name="orders_target" label={t("orders_target")} rules={needed(t("orders_target"))}>
              <InputNumber min={0} precision={0} controls={false} />
            </Form.Item>
            <Form.Item name="revenue_target" label={t("revenue_target")} rules={needed(t("revenue_target"))}>
              <MoneyInput />
            </Form.Item>
          </div>
          <h3 className={css.part}>{t("plan_part")}</h3>
          <Form.Item name="audience" label={t("audience")} rules={written(t("audience"))}>
            <Input.TextArea
              autoSize={{ minRows: 2, maxRows: 6 }}
              maxLength={5000}
              placeholder={t("audience_example")}
            />
          </Form.Item>
          <Form.Item name="message" label={t("message")} rules={written(t("message"))}>
            <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={5000} placeholder={t("message_example")} />
          </Form.Item>
          <Form.Item name="plan" label={t("plan")} extra={t("plan_about")} rules={written(t("plan"))}>
            <Input.TextArea autoSize={{ minRows: 5, maxRows: 16 }} maxLength={5000} placeholder={t("plan_example")} />
          </Form.Item>
        </>
      )}
    </FormDrawer>
  );
}
