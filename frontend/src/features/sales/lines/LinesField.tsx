import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useQueries } from "@tanstack/react-query";
import { Button, Form, InputNumber } from "antd";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { PRODUCTS, productQuery } from "@/features/catalog/products/queries";
import { useLanguage } from "@/i18n";
import { money } from "@/lib/numbers";
import { Money } from "@/ui/Money";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import type { LineIn, LineOut } from "./drafts";
import { LineSums } from "./LineSums";
import css from "./lines.module.css";
import { type Sums, sumsOf } from "./sums";

interface Props {
  /** Lines that stand already, for the names of their products. */
  before?: LineOut[];
  /** What is to be said below the sums, by the sums. */
  about?: (sums: Sums) => ReactNode;
}

/** Lines from the catalogue: which product, how many, what is given off; the sums follow while one writes. */
export function LinesField({ before = [], about }: Props) {
  const { t } = useTranslation("line");
  const language = useLanguage();
  const form = Form.useFormInstance();
  const lines = (Form.useWatch("lines", form) ?? []) as Partial<LineIn>[];
  const ids = [...new Set(lines.flatMap((line) => line?.product_id ?? []))];
  const products = useQueries({ queries: ids.map((id) => ({ ...productQuery(id), staleTime: 60_000 })) });
  const productOf = (id?: string) => products[ids.indexOf(id ?? "")]?.data;
  const draftAt = (index: number) => {
    const line = lines[index];
    const product = productOf(line?.product_id);
    return {
      quantity: line?.quantity === undefined ? null : String(line.quantity),
      discount: line?.discount,
      price: product?.price,
      tax_rate: product?.tax_rate,
    };
  };
  const sums = sumsOf(lines.map((_, index) => draftAt(index)));
  return (
    <Form.List
      name="lines"
      rules={[
        { validator: async (_, value) => (value?.length ? undefined : Promise.reject(new Error(t("one_needed")))) },
      ]}
    >
      {(fields, { add, remove }, { errors }) => (
        <div className={css.field}>
          {fields.length > 0 ? (
            <div className={css.labels} aria-hidden="true">
              <span>{t("product")}</span>
              <span>{t("quantity")}</span>
              <span>{t("unit_price")}</span>
              <span>{t("discount")}</span>
              <span>{t("total")}</span>
            </div>
          ) : null}
          {fields.map((field) => {
            const product = productOf(lines[field.name]?.product_id);
            const standing = before.find(({ product_id }) => product_id === lines[field.name]?.product_id);
            return (
              <div key={field.key} className={css.line}>
                <Form.Item
                  name={[field.name, "product_id"]}
                  preserve
                  className={css.product}
                  rules={[{ required: true, message: t("product_needed") }]}
                >
                  <RecordSelect
                    at={PRODUCTS}
                    query={SOLD}
                    titleOf={({ name, sku, price }) => `${name} · ${sku} · ${money(price, language)}`}
                    chosen={standing ? { id: standing.product_id, title: `${standing.name} · ${standing.sku}` } : null}
                    placeholder={t("product_choose")}
                    aria-label={t("product")}
                  />
                </Form.Item>
                <div className={css.input} data-label={t("quantity")}>
                  <Form.Item
                    name={[field.name, "quantity"]}
                    preserve
                    rules={[{ required: true, message: t("quantity_needed") }]}
                  >
                    <InputNumber<string>
                      stringMode
                      min="0.001"
                      max="1000000"
                      controls={false}
                      suffix={product?.unit}
                      aria-label={t("quantity")}
                    />
                  </Form.Item>
                </div>
                <span className={css.figure} data-label={t("unit_price")}>
                  <Money amount={product?.price ?? null} />
                </span>
                <div className={css.input} data-label={t("discount")}>
                  <Form.Item name={[field.name, "discount"]} preserve>
                    <MoneyInput aria-label={t("discount")} />
                  </Form.Item>
                </div>
                <span className={css.figure} data-label={t("total")}>
                  <Money amount={product ? sumsOf([draftAt(field.name)]).total : null} />
                </span>
                <Button
                  type="text"
                  className={css.remove}
                  icon={<DeleteOutlined />}
                  aria-label={t("remove")}
                  title={t("remove")}
                  onClick={() => remove(field.name)}
                />
              </div>
            );
          })}
          <Form.ErrorList errors={errors} />
          <Button icon={<PlusOutlined />} onClick={() => add({ quantity: "1", discount: "0.00" })}>
            {t("add")}
          </Button>
          <LineSums {...sums} />
          {about?.(sums)}
        </div>
      )}
    </Form.List>
  );
}

const SOLD = { status: "listed" };
