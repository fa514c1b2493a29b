import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { type LeadSource, type LeadSourceIn, type LeadSourcePatch, SOURCE_KINDS } from "./queries";

interface Props {
  /** The source to change; without it a new one is registered. */
  source?: LeadSource;
  /** What a new one is called at first. */
  suggested?: Partial<LeadSourceIn>;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: LeadSource) => void;
}

/** 4.1.1 A source: what files and forms call it, and for which channel its leads count. */
export function LeadSourceForm({ source, suggested, open, onClose, onDone }: Props) {
  const { t } = useTranslation("lead_source");
  const queries = useQueryClient();
  const has = useDuty();
  return (
    <FormDrawer<LeadSourceIn & LeadSourcePatch, LeadSource>
      title={t(source ? "edit" : "new")}
      submit={source ? undefined : t("new")}
      open={open}
      onClose={onClose}
      initial={source ? { ...source, kind: source.kind as LeadSourceIn["kind"] } : suggested}
      onSubmit={({ code, name, kind, channel_id, active }) => {
        if (!source) {
          return ok(api.POST("/api/v1/sales/lead-sources", { body: { code, name, kind, channel_id } }));
        }
        return ok(
          api.PATCH("/api/v1/sales/lead-sources/{record_id}", {
            params: { path: { record_id: source.id }, header: ifMatch(source) },
            body: { name, kind, active, ...(has("channel.read") ? { channel_id } : {}) },
          }),
        );
      }}
      onDone={(saved) => {
        queries.setQueryData(["lead_source", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["lead_source"] });
        void queries.invalidateQueries({ queryKey: ["choice"] });
        onDone?.(saved);
      }}
    >
      <Form.Item
        name="name"
        label={t("name")}
        rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
      >
        <Input maxLength={200} placeholder={t("name_example")} autoFocus />
      </Form.Item>
      {source ? null : (
        <Form.Item
          name="code"
          label={t("code")}
          extra={t("code_about")}
          rules={[{ required: true, message: t("code_needed") }]}
        >
          <Input maxLength={64} placeholder="baidu-sem" />
        </Form.Item>
      )}
      <Form.Item name="kind" label={t("kind")} rules={[{ required: true, message: t("kind_needed") }]}>
        <Select options={SOURCE_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))} />
      </Form.Item>
      {has("channel.read") ? (
        <Form.Item name="channel_id" label={t("channel")} extra={t("channel_about")}>
          <RecordSelect
            at="/api/v1/marketing/channels"
            titleOf={({ name }) => name}
            chosen={source?.channel_id ? { id: source.channel_id, title: source.channel_name ?? "" } : null}
            allowClear
          />
        </Form.Item>
      ) : null}
      {source ? (
        <Form.Item name="active" label={t("active")} extra={t("active_about")} valuePropName="checked">
          <Switch />
        </Form.Item>
      ) : null}
    </FormDrawer>
  );
}
