import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, InputNumber, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { EvidenceUpload } from "@/features/marketing/channel-assessments/EvidenceFiles";
import { FormDrawer } from "@/ui/FormDrawer";
import { MoneyInput } from "@/ui/MoneyInput";
import css from "./form.module.css";
import { EXEMPTIONS, type Product, type ProductIn } from "./queries";

interface Props {
  /** The product to change; without it a new one is registered. */
  product?: Product;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Product) => void;
}

export function ProductForm({ product, open, onClose, onDone }: Props) {
  const { t } = useTranslation("product");
  const queries = useQueryClient();

  function send({ sku, ...rest }: ProductIn): Promise<Product> {
    const known = { ...rest, return_exemption: rest.return_exemption ?? null };
    if (!product) return ok(api.POST("/api/v1/catalog/products", { body: { sku, ...known } }));
    return ok(
      api.PATCH("/api/v1/catalog/products/{record_id}", {
        params: { path: { record_id: product.id }, header: ifMatch(product) },
        body: known,
      }),
    );
  }

  const needed = (what: string) => [{ required: true, whitespace: true, message: t("needed", { what }) }];
  const orNull = (text: string) => text || null;
  return (
    <FormDrawer<ProductIn, Product>
      title={t(product ? "edit" : "new")}
      submit={product ? undefined : t("new")}
      width={640}
      open={open}
      onClose={onClose}
      initial={
        product
          ? { ...product, return_exemption: product.return_exemption as ProductIn["return_exemption"] }
          : { unit: t("unit_default"), tax_rate: "13", needs_setup: false, material_ids: [] }
      }
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["product", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["product"] });
        onDone?.(saved);
      }}
    >
      <Form.Item name="name" label={t("name")} rules={needed(t("name"))}>
        <Input maxLength={200} placeholder={t("name_example")} autoFocus />
      </Form.Item>
      <div className={css.pair}>
        {product ? null : (
          <Form.Item name="sku" label={t("sku")} rules={needed(t("sku"))} extra={t("sku_about")}>
            <Input maxLength={64} placeholder="ZD-1001" />
          </Form.Item>
        )}
        <Form.Item name="category" label={t("category")} normalize={orNull}>
          <Input maxLength={200} placeholder={t("category_example")} />
        </Form.Item>
      </div>
      <div className={css.three}>
        <Form.Item
          name="price"
          label={t("price")}
          rules={[{ required: true, message: t("needed", { what: t("price") }) }]}
          extra={product ? t("price_about") : undefined}
        >
          <MoneyInput />
        </Form.Item>
        <Form.Item name="unit" label={t("unit")} rules={needed(t("unit"))}>
          <Input maxLength={20} />
        </Form.Item>
        <Form.Item
          name="tax_rate"
          label={t("tax_rate")}
          rules={[{ required: true, message: t("needed", { what: t("tax_rate") }) }]}
        >
          <InputNumber<string> stringMode min="0" max="100" precision={2} controls={false} suffix="%" />
        </Form.Item>
      </div>
      <Form.Item name="needs_setup" label={t("needs_setup")} valuePropName="checked" extra={t("needs_setup_about")}>
        <Switch />
      </Form.Item>
      <Form.Item name="return_exemption" label={t("return_exemption")} extra={t("return_exemption_about")}>
        <Select
          allowClear
          placeholder={t("returnable")}
          options={EXEMPTIONS.map((reason) => ({ value: reason, label: t(`exemptions.${reason}`) }))}
        />
      </Form.Item>
      <Form.Item name="description" label={t("description")} normalize={orNull}>
        <Input.TextArea
          autoSize={{ minRows: 3, maxRows: 10 }}
          maxLength={5000}
          placeholder={t("description_example")}
        />
      </Form.Item>
      <Form.Item name="website" label={t("website")} normalize={orNull}>
        <Input type="url" maxLength={500} placeholder="https://www.example.com/x1" />
      </Form.Item>
      <Form.Item name="material_ids" label={t("material")} extra={t("material_about")}>
        <EvidenceUpload />
      </Form.Item>
    </FormDrawer>
  );
}
