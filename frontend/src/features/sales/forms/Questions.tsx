import { ArrowDownOutlined, ArrowUpOutlined, DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, Form, type FormInstance, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import css from "./Questions.module.css";
import { type LeadFormIn, type QuestionName, VOCABULARY } from "./queries";

const REACHABLE: QuestionName[] = ["phone", "email"];

// `preserve` on every item: the drawer's form forgets what is not drawn, and StrictMode draws the items of a list twice.
/** What the form asks, in order. A name is always asked, and at least one way to answer. */
export function Questions({ form }: { form: FormInstance<LeadFormIn> }) {
  const { t } = useTranslation("lead_form");
  const asked = (Form.useWatch("fields", form) ?? []).map((question) => question?.name);
  const free = VOCABULARY.filter((name) => !asked.includes(name));
  const needed = (name: QuestionName | undefined) =>
    name === "name" ||
    (name !== undefined && REACHABLE.includes(name) && REACHABLE.filter((one) => asked.includes(one)).length === 1);
  return (
    <Form.List name="fields">
      {(rows, { add, remove, move }, { errors }) => (
        <fieldset className={css.questions}>
          <legend>{t("questions_title")}</legend>
          <p className={css.about}>{t("questions_about")}</p>
          <ol>
            {rows.map(({ key, name: index }) => {
              const name = asked[index];
              return (
                <li key={key}>
                  <Form.Item name={[index, "name"]} hidden preserve>
                    <Input />
                  </Form.Item>
                  <div className={css.head}>
                    <span className={css.kind}>{name ? t(`questions.${name}`) : null}</span>
                    <Form.Item name={[index, "required"]} valuePropName="checked" noStyle preserve>
                      <Switch
                        size="small"
                        disabled={name === "name"}
                        checkedChildren={t("required")}
                        unCheckedChildren={t("optional")}
                        aria-label={t("required_of", { question: name ? t(`questions.${name}`) : "" })}
                      />
                    </Form.Item>
                    <span className={css.tools}>
                      <Button
                        type="text"
                        size="small"
                        icon={<ArrowUpOutlined />}
                        aria-label={t("up")}
                        disabled={index === 0}
                        onClick={() => move(index, index - 1)}
                      />
                      <Button
                        type="text"
                        size="small"
                        icon={<ArrowDownOutlined />}
                        aria-label={t("down")}
                        disabled={index === rows.length - 1}
                        onClick={() => move(index, index + 1)}
                      />
                      <Button
                        type="text"
                        size="small"
                        icon={<DeleteOutlined />}
                        aria-label={t("remove")}
                        disabled={needed(name)}
                        onClick={() => remove(index)}
                      />
                    </span>
                  </div>
                  <div className={css.words}>
                    <Form.Item
                      name={[index, "label"]}
                      preserve
                      rules={[{ required: true, whitespace: true, message: t("label_needed") }]}
                    >
                      <Input maxLength={200} aria-label={t("label")} placeholder={t("label")} />
                    </Form.Item>
                    {name && !REACHABLE.includes(name) && name !== "name" ? (
                      <Form.Item name={[index, "options"]} preserve>
                        <Select
                          mode="tags"
                          open={false}
                          suffixIcon={null}
                          maxCount={50}
                          tokenSeparators={["，", ",", "、"]}
                          aria-label={t("options")}
                          placeholder={t("options")}
                        />
                      </Form.Item>
                    ) : null}
                  </div>
                </li>
              );
            })}
          </ol>
          <Form.ErrorList errors={errors} />
          <div className={css.more}>
            {free.map((name) => (
              <Button
                key={name}
                size="small"
                icon={<PlusOutlined />}
                onClick={() => add({ name, label: t(`questions.${name}`), required: false, options: [] })}
              >
                {t(`questions.${name}`)}
              </Button>
            ))}
          </div>
        </fieldset>
      )}
    </Form.List>
  );
}
