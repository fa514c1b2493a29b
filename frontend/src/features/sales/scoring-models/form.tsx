import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { AutoComplete, Button, Form, Input, InputNumber, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { LOOKED_AT, type Rule, rulesOf, type ScoringModel, type ScoringModelIn, TESTS } from "./queries";
import css from "./scoring-models.module.css";

interface Props {
  /** The draft to change, or the version to begin from; without it a new model is begun. */
  model?: ScoringModel;
  /** Whether the given version only lends its rules to a new one. */
  asNew?: boolean;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: ScoringModel) => void;
}

const FULL = 100;
const EMPTY_RULE = { field: "need", test: "present", points: 10, label: { zh: "", en: "" } };

/** 4.1.2 A version of the model: rules of intent and of fit, and from how many points on a lead is key. */
export function ScoringModelForm({ model, asNew = false, open, onClose, onDone }: Props) {
  const { t } = useTranslation("scoring_model");
  const queries = useQueryClient();

  function send(values: ScoringModelIn): Promise<ScoringModel> {
    const body = {
      ...values,
      fit_max: FULL - values.intent_max,
      intent_rules: values.intent_rules.map(asOnWire),
      fit_rules: values.fit_rules.map(asOnWire),
    };
    if (!model || asNew) return ok(api.POST("/api/v1/sales/scoring-models", { body }));
    return ok(
      api.PATCH("/api/v1/sales/scoring-models/{record_id}", {
        params: { path: { record_id: model.id }, header: ifMatch(model) },
        body,
      }),
    );
  }

  const rules = model ? rulesOf(model) : null;
  return (
    <FormDrawer<ScoringModelIn, ScoringModel>
      title={t(model && !asNew ? "edit" : "new")}
      submit={model && !asNew ? undefined : t("draft")}
      open={open}
      onClose={onClose}
      width={880}
      initial={{
        name: model && !asNew ? model.name : "",
        intent_max: model?.intent_max ?? 60,
        key_from: model?.key_from ?? 80,
        intent_rules: rules?.intent ?? ([EMPTY_RULE] as Rule[]),
        fit_rules: rules?.fit ?? ([{ ...EMPTY_RULE, field: "company" }] as Rule[]),
      }}
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["scoring_model", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["scoring_model"] });
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
      <div className={css.numbers}>
        <Form.Item name="intent_max" label={t("intent_max")} extra={<Rest />} rules={[{ required: true }]}>
          <InputNumber min={0} max={FULL} precision={0} />
        </Form.Item>
        <Form.Item name="key_from" label={t("key_from")} extra={t("key_about")} rules={[{ required: true }]}>
          <InputNumber min={0} max={FULL} precision={0} />
        </Form.Item>
      </div>
      <p className={css.about}>{t("field_about")}</p>
      <h3 className={css.side}>{t("intent")}</h3>
      <Rules name="intent_rules" />
      <h3 className={css.side}>{t("fit")}</h3>
      <Rules name="fit_rules" />
    </FormDrawer>
  );
}

function Rest() {
  const { t } = useTranslation("scoring_model");
  const most = Form.useWatch("intent_max") as number | undefined;
  return <>{t("fit_rest", { rest: FULL - (most ?? 0) })}</>;
}

function Rules({ name }: { name: "intent_rules" | "fit_rules" }) {
  const { t } = useTranslation("scoring_model");
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name: row }) => (
            <RuleRow key={key} side={name} row={row} onRemove={rows.length > 1 ? () => remove(row) : undefined} />
          ))}
          <Button icon={<PlusOutlined />} onClick={() => add(EMPTY_RULE)}>
            {t("add_rule")}
          </Button>
        </>
      )}
    </Form.List>
  );
}

// `preserve` on every item: the form forgets what is not drawn, and StrictMode draws the items of a list twice.
function RuleRow({ side, row, onRemove }: { side: string; row: number; onRemove?: () => void }) {
  const { t } = useTranslation("scoring_model");
  const form = Form.useFormInstance();
  const test = Form.useWatch([side, row, "test"], form) as Rule["test"] | undefined;
  const needed = [{ required: true, message: t("needed") }];
  return (
    <div className={css.row}>
      <Form.Item preserve name={[row, "field"]} label={t("field")} rules={needed} className={css.field}>
        <AutoComplete
          options={LOOKED_AT.map((field) => ({ value: field, label: `${t(`fields.${field}`)} (${field})` }))}
        />
      </Form.Item>
      <Form.Item preserve name={[row, "test"]} label={t("test")} rules={needed} className={css.test}>
        <Select
          options={TESTS.map((one) => ({ value: one, label: t(`tests.${one}`) }))}
          // Each test takes its own kind of value.
          onChange={() => form.setFieldValue([side, row, "value"], undefined)}
        />
      </Form.Item>
      {test === "present" ? null : (
        <Form.Item preserve name={[row, "value"]} label={t("value")} rules={needed} className={css.value}>
          {test === "in" ? (
            <Select mode="tags" tokenSeparators={SEPARATORS} />
          ) : test === "at_least" || test === "within_days" ? (
            <InputNumber<string> stringMode min="0" controls={false} />
          ) : (
            <Input maxLength={200} />
          )}
        </Form.Item>
      )}
      <Form.Item preserve name={[row, "points"]} label={t("points")} rules={needed} className={css.points}>
        <InputNumber min={-FULL} max={FULL} precision={0} />
      </Form.Item>
      <Form.Item preserve name={[row, "label", "zh"]} label={t("label_zh")} rules={needed} className={css.label}>
        <Input maxLength={200} placeholder="询问报价" />
      </Form.Item>
      <Form.Item preserve name={[row, "label", "en"]} label={t("label_en")} rules={needed} className={css.label}>
        <Input maxLength={200} placeholder="asks for a quotation" />
      </Form.Item>
      {onRemove ? (
        <Button
          type="text"
          icon={<DeleteOutlined />}
          aria-label={t("remove_rule")}
          title={t("remove_rule")}
          onClick={onRemove}
          className={css.remove}
        />
      ) : null}
    </div>
  );
}

const SEPARATORS = [",", "，", "、"];

function asOnWire({ field, test, value, points, label }: Rule): Rule {
  const said = test === "present" ? null : Array.isArray(value) ? value : String(value ?? "");
  return { field, test, value: said, points, label };
}
