import { useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { dayOf } from "@/lib/time";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import type { Version, VersionIn } from "./queries";

interface Props {
  /** The draft to change; without it a new one is begun from the version in force. */
  version?: Version;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Version) => void;
}

export function VersionForm({ version, open, onClose, onDone }: Props) {
  const { t } = useTranslation("regulation_version");
  const queries = useQueryClient();
  return (
    <FormDrawer<VersionIn, Version>
      title={t(version ? "edit" : "new")}
      submit={version ? undefined : t("begin")}
      open={open}
      onClose={onClose}
      initial={version}
      onSubmit={({ title, ...rest }) =>
        version
          ? ok(
              api.PATCH("/api/v1/regulation/versions/{record_id}", {
                params: { path: { record_id: version.id }, header: ifMatch(version) },
                body: { title: title ?? version.title, ...rest },
              }),
            )
          : ok(api.POST("/api/v1/regulation/versions", { body: { title: title || null, ...rest } }))
      }
      onDone={(saved) => {
        queries.setQueryData(["regulation_version", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["regulation_version", "list"] });
        onDone?.(saved);
      }}
    >
      {version ? null : <p>{t("new_about")}</p>}
      <Form.Item
        name="title"
        label={t("name")}
        rules={version ? [{ required: true, whitespace: true, message: t("name_needed") }] : undefined}
        extra={version ? undefined : t("name_about")}
      >
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="summary" label={t("summary")} extra={t("summary_about")}>
        <Input.TextArea rows={4} maxLength={4000} />
      </Form.Item>
      <Form.Item name="in_force_from" label={t("in_force_from")}>
        <DayInput min={dayOf(Date.now())} />
      </Form.Item>
    </FormDrawer>
  );
}
