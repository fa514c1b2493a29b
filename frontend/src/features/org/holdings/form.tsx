import { useQueryClient } from "@tanstack/react-query";
import { Form, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { dayOf } from "@/lib/time";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { usePostOptions } from "../posts/queries";
import type { Holding, HoldingIn } from "./queries";

interface Props {
  /** Whom to appoint, where the page is already his. */
  person?: { id: string; title: string };
  open: boolean;
  onClose: () => void;
}

/** 1.2 Somebody holds a post from a day on; nobody appoints himself. */
export function HoldingForm({ person, open, onClose }: Props) {
  const { t } = useTranslation("holding");
  const queries = useQueryClient();
  const posts = usePostOptions();
  return (
    <FormDrawer<HoldingIn, Holding>
      title={t("new")}
      submit={t("new")}
      open={open}
      onClose={onClose}
      initial={{ begins_on: dayOf(Date.now()), ...(person ? { account_id: person.id } : {}) }}
      onSubmit={(body) => ok(api.POST("/api/v1/org/holdings", { body }))}
      onDone={() => {
        for (const key of ["holding", "account", "post"]) void queries.invalidateQueries({ queryKey: [key] });
      }}
    >
      <p>{t("new_about")}</p>
      <Form.Item name="account_id" label={t("person")} rules={[{ required: true, message: t("person_needed") }]}>
        <RecordSelect
          at="/api/v1/org/accounts"
          query={{ status: "active" }}
          titleOf={({ name, department_name }) => (department_name ? `${name}（${department_name}）` : name)}
          chosen={person ?? null}
          disabled={person !== undefined}
        />
      </Form.Item>
      <Form.Item name="post" label={t("post")} rules={[{ required: true, message: t("post_needed") }]}>
        <Select showSearch={{ optionFilterProp: "label" }} options={posts} />
      </Form.Item>
      <Form.Item name="begins_on" label={t("begins_on")}>
        <DayInput />
      </Form.Item>
      <Form.Item name="ends_on" label={t("ends_on")} extra={t("ends_on_about")}>
        <DayInput />
      </Form.Item>
    </FormDrawer>
  );
}
