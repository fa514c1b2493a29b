import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EvidenceFiles } from "@/features/marketing/channel-assessments/EvidenceFiles";
import { ActionBar } from "@/ui/ActionBar";
import { ClauseChip } from "@/ui/ClauseChip";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Kpis } from "@/ui/Kpi";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import css from "./detail.module.css";
import { ProductForm } from "./form";
import { PRODUCTS, productQuery } from "./queries";

/** A product: its price, what must be known to sell it, and the material to hand out. */
export default function ProductPage() {
  const { t } = useTranslation("product");
  const { id = "" } = useParams({ strict: false });
  const { data: product, error } = useQuery(productQuery(id));
  const [editing, setEditing] = useState(false);
  if (error) return <Failure error={error} />;
  if (!product) return <Waiting />;
  const unused = !product.website && product.material_ids.length === 0;
  return (
    <Page
      title={product.name}
      trail={[{ title: t("title"), to: "/catalog/products" }]}
      tags={<StatusTag of="product" status={product.status} />}
      actions={
        <ActionBar
          of={product}
          resource="product"
          at={PRODUCTS}
          onEdit={() => setEditing(true)}
          consequences={{ retire: t("retire_consequence") }}
        />
      }
      aside={
        <>
          <Section title={t("facts")}>
            <Facts
              of={[
                { label: t("sku"), value: <code>{product.sku}</code> },
                { label: t("category"), value: product.category },
                { label: t("created_at"), value: <When at={product.created_at} /> },
                { label: t("updated_at"), value: <When at={product.updated_at} /> },
              ]}
            />
          </Section>
          <Section title={t("history")}>
            <History at={PRODUCTS} resource="product" id={id} />
          </Section>
        </>
      }
    >
      <Kpis
        of={[
          {
            label: t("price"),
            value: <Money amount={product.price} />,
            note: t("price_note", { unit: product.unit, rate: Number(product.tax_rate) }),
          },
          {
            label: t("needs_setup"),
            value: t(product.needs_setup ? "setup_yes" : "setup_no"),
            note: t(product.needs_setup ? "setup_yes_note" : "setup_no_note"),
          },
          {
            label: t("seven_days"),
            value: t(product.return_exemption ? "right_no" : "right_yes"),
            note: product.return_exemption ? t(`exemptions.${product.return_exemption}`) : t("right_yes_note"),
          },
        ]}
      />
      <Section title={t("description")} extra={<ClauseChip clause="2.5" />}>
        {product.description ? (
          <p className={css.words}>{product.description}</p>
        ) : (
          <p className={css.none}>{t("no_description_about")}</p>
        )}
      </Section>
      <Section title={t("material")}>
        {unused ? <p className={css.none}>{t("no_material")}</p> : null}
        {product.website ? (
          <p>
            <a href={product.website} target="_blank" rel="noreferrer">
              {product.website}
            </a>
          </p>
        ) : null}
        <EvidenceFiles ids={product.material_ids} />
      </Section>
      <ProductForm product={product} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}
