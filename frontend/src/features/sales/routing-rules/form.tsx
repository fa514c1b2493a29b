import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, InputNumber, Segmented, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { usePostOptions } from "@/features/org/posts/queries";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { Many } from "./Many";
import { type RoutingRule, type RoutingRuleIn, WISHES } from "./queries";
import css from "./routing-rules.module.css";

interface Props {
  /** The rule to change; without it a further one is set. */
  rule?: RoutingRule;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: RoutingRule) => void;
}

const FRESH = {
  position: 10,
  active: true,
  source_ids: [],
  channel_ids: [],
  regions: [],
  products: [],
  min_score: 0,
  max_score: 100,
  account_ids: [],
  post: "sales-specialist",
  territory: "prefer",
  skill: "ignore",
  capacity: 50,
  outside_hours: false,
} as const;

/** 2.2.1 Which leads, to whom, and how one is chosen. What was assigned before keeps the reasons of its time. */
export function RoutingRuleForm({ rule, open, onClose, onDone }: Props) {
  const { t } = useTranslation("routing_rule");
  const queries = useQueryClient();
  const has = useDuty();
  const posts = usePostOptions();

  function send(body: RoutingRuleIn): Promise<RoutingRule> {
    if (!rule) return ok(api.POST("/api/v1/sales/routing-rules", { body: { ...FRESH, ...body } as RoutingRuleIn }));
    return ok(
      api.PATCH("/api/v1/sales/routing-rules/{record_id}", {
        params: { path: { record_id: rule.id }, header: ifMatch(rule) },
        body,
      }),
    );
  }

  const wishes = WISHES.map((wish) => ({ value: wish, label: t(`wishes.${wish}`) }));
  return (
    <FormDrawer<RoutingRuleIn, RoutingRule>
      title={t(rule ? "edit" : "new")}
      submit={rule ? undefined : t("new")}
      open={open}
      onClose={onClose}
      width={640}
      initial={(rule ?? FRESH) as unknown as Partial<RoutingRuleIn>}
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["routing_rule", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["routing_rule"] });
        onDone?.(saved);
      }}
    >
      <div className={css.first}>
        <Form.Item
          name="name"
          label={t("name")}
          rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
        >
          <Input maxLength={200} placeholder={t("name_example")} autoFocus />
        </Form.Item>
        <Form.Item name="position" label={t("position")} extra={t("position_about")} rules={[{ required: true }]}>
          <InputNumber min={1} max={1000} precision={0} />
        </Form.Item>
      </div>

      <h3 className={css.part}>{t("which")}</h3>
      <p className={css.soft}>{t("which_about")}</p>
      <Form.Item name="regions" label={t("regions")} extra={t("regions_about")}>
        <Select mode="tags" tokenSeparators={SEPARATORS} open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name="products" label={t("products")}>
        <Select mode="tags" tokenSeparators={SEPARATORS} open={false} suffixIcon={null} />
      </Form.Item>
      <Form.Item name="source_ids" label={t("sources")}>
        <Many at="/api/v1/sales/lead-sources" />
      </Form.Item>
      {has("channel.read") ? (
        <Form.Item name="channel_ids" label={t("channels")}>
          <Many at="/api/v1/marketing/channels" />
        </Form.Item>
      ) : null}
      <div className={css.pair}>
        <Form.Item name="min_score" label={t("min_score")}>
          <InputNumber min={0} max={100} precision={0} />
        </Form.Item>
        <Form.Item name="max_score" label={t("max_score")}>
          <InputNumber min={0} max={100} precision={0} />
        </Form.Item>
      </div>

      <h3 className={css.part}>{t("whom")}</h3>
      <Form.Item name="account_ids" label={t("people")} extra={t("people_about")}>
        <Many at="/api/v1/org/accounts" query={ACTIVE} />
      </Form.Item>
      <div className={css.pair}>
        <Form.Item name="post" label={t("post")}>
          <Select showSearch={{ optionFilterProp: "label" }} options={posts} />
        </Form.Item>
        <Form.Item name="department_id" label={t("department")}>
          <RecordSelect
            at="/api/v1/org/departments"
            titleOf={({ name }) => name}
            chosen={rule?.department_id ? { id: rule.department_id, title: rule.department_name ?? "" } : null}
            placeholder={t("department_own")}
            allowClear
          />
        </Form.Item>
      </div>

      <h3 className={css.part}>{t("how")}</h3>
      <div className={css.pair}>
        <Form.Item name="territory" label={t("territory")} extra={t("territory_about")}>
          <Segmented block options={wishes} />
        </Form.Item>
        <Form.Item name="skill" label={t("skill")} extra={t("skill_about")}>
          <Segmented block options={wishes} />
        </Form.Item>
        <Form.Item name="capacity" label={t("capacity")} extra={t("capacity_about")} rules={[{ required: true }]}>
          <InputNumber min={1} max={1000} precision={0} />
        </Form.Item>
        <Form.Item
          name="outside_hours"
          label={t("outside_hours")}
          extra={t("outside_hours_about")}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      </div>
      <Form.Item name="active" label={t("active")} extra={t("active_about")} valuePropName="checked">
        <Switch />
      </Form.Item>
    </FormDrawer>
  );
}

const SEPARATORS = [",", "，", "、"];
const ACTIVE = { status: "active" };
