import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { CHANNEL_KINDS, type Channel, type ChannelIn } from "./queries";

interface Props {
  /** The channel to change; without it a new one is registered. */
  channel?: Channel;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Channel) => void;
}

export function ChannelForm({ channel, open, onClose, onDone }: Props) {
  const { t } = useTranslation("channel");
  const queries = useQueryClient();

  function send({ code, ...rest }: ChannelIn): Promise<Channel> {
    const known = { ...rest, website: rest.website || null };
    if (!channel) return ok(api.POST("/api/v1/marketing/channels", { body: { code, ...known } }));
    return ok(
      api.PATCH("/api/v1/marketing/channels/{record_id}", {
        params: { path: { record_id: channel.id }, header: ifMatch(channel) },
        body: known,
      }),
    );
  }

  return (
    <FormDrawer<ChannelIn, Channel>
      title={t(channel ? "edit" : "new")}
      submit={channel ? undefined : t("new")}
      open={open}
      onClose={onClose}
      initial={channel && ({ ...channel, kind: channel.kind as ChannelIn["kind"] } satisfies ChannelIn)}
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["channel", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["channel", "list"] });
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
      <Form.Item name="kind" label={t("kind")} rules={[{ required: true, message: t("kind_needed") }]}>
        <Select
          placeholder={t("kind_choose")}
          options={CHANNEL_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))}
        />
      </Form.Item>
      {channel ? null : (
        <Form.Item
          name="code"
          label={t("code")}
          extra={t("code_about")}
          rules={[{ required: true, message: t("code_needed") }]}
        >
          <Input maxLength={64} placeholder="baidu" />
        </Form.Item>
      )}
      <Form.Item name="website" label={t("website")}>
        <Input type="url" maxLength={2000} placeholder="https://www.baidu.com" />
      </Form.Item>
    </FormDrawer>
  );
}
