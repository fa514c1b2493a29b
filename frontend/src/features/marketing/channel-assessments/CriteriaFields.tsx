import { CheckCircleFilled, ExclamationCircleFilled } from "@ant-design/icons";
import { Form, type FormInstance, Input, InputNumber, Slider } from "antd";
import { useTranslation } from "react-i18next";
import css from "./CriteriaFields.module.css";
import { EvidenceUpload } from "./EvidenceFiles";
import { type AssessmentIn, CRITERIA, type CriteriaIn, points } from "./queries";

/** The five criteria to fill in, and the score that comes of them while one writes. */
export function CriteriaFields({ form }: { form: FormInstance<AssessmentIn> }) {
  const { t } = useTranslation("channel_assessment");
  const criteria = Form.useWatch("criteria", form) as Partial<CriteriaIn> | undefined;
  return (
    <>
      <Weighed criteria={criteria} />
      {CRITERIA.map((name) => (
        <fieldset key={name} className={css.criterion}>
          <legend>
            <span className={css.name}>{t(`criteria.${name}`)}</span>
            <span className={css.points}>{points(criteria?.[name] ?? {}).toFixed(1)}</span>
          </legend>
          <p className={css.about}>{t(`criteria_about.${name}`)}</p>
          <div className={css.numbers}>
            <Form.Item
              name={["criteria", name, "score"]}
              label={t("score_of")}
              rules={[{ required: true, message: t("score_needed") }]}
            >
              <ScoreInput />
            </Form.Item>
            <Form.Item
              name={["criteria", name, "weight"]}
              label={t("weight")}
              rules={[{ required: true, message: t("weight_needed") }]}
            >
              <InputNumber min={0} max={100} precision={0} suffix="%" />
            </Form.Item>
          </div>
          <Form.Item
            name={["criteria", name, "evidence"]}
            label={t("evidence")}
            rules={[{ required: true, whitespace: true, message: t("evidence_needed") }]}
          >
            <Input.TextArea
              autoSize={{ minRows: 2, maxRows: 8 }}
              maxLength={5000}
              placeholder={t(`evidence_example.${name}`)}
            />
          </Form.Item>
          <Form.Item name={["criteria", name, "file_ids"]} noStyle>
            <EvidenceUpload />
          </Form.Item>
        </fieldset>
      ))}
    </>
  );
}

interface ScoreProps {
  id?: string;
  value?: number | null;
  onChange?: (score: number | null) => void;
}

function ScoreInput({ id, value, onChange }: ScoreProps) {
  const { t } = useTranslation("channel_assessment");
  return (
    <span className={css.score}>
      <Slider
        min={0}
        max={100}
        value={value ?? 0}
        onChange={onChange}
        tooltip={{ open: false }}
        ariaLabelForHandle={t("score_of")}
      />
      <InputNumber id={id} min={0} max={100} precision={0} value={value} onChange={onChange} />
    </span>
  );
}

// Stays in sight while one scrolls through the criteria: the sum, from what it comes, and whether the weights are whole.
function Weighed({ criteria }: { criteria: Partial<CriteriaIn> | undefined }) {
  const { t } = useTranslation("channel_assessment");
  const weights = CRITERIA.reduce((sum, name) => sum + (criteria?.[name]?.weight ?? 0), 0);
  const score = CRITERIA.reduce((sum, name) => sum + points(criteria?.[name] ?? {}), 0);
  const whole = weights === 100;
  return (
    <div className={css.weighed} role="status">
      <div className={css.total}>
        <span>{t("weighed")}</span>
        <strong>{whole ? score.toFixed(1) : "–"}</strong>
      </div>
      <div className={css.sum}>
        <div className={css.parts} aria-hidden="true">
          {CRITERIA.map((name) => (
            <span key={name} style={{ flexGrow: criteria?.[name]?.weight ?? 0 }}>
              <span style={{ width: `${criteria?.[name]?.score ?? 0}%` }} />
            </span>
          ))}
        </div>
        <span className={whole ? css.whole : css.wanting}>
          {whole ? <CheckCircleFilled /> : <ExclamationCircleFilled />}{" "}
          {whole
            ? t("weights_whole")
            : weights < 100
              ? t("weights_under", { sum: weights, missing: 100 - weights })
              : t("weights_over", { sum: weights, over: weights - 100 })}
        </span>
      </div>
    </div>
  );
}
