import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Money } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { ProductForm } from "./form";
import { PRODUCTS } from "./queries";

/** 2.5 Products: what the company sells, at which price. */
export default function Products() {
  const { t } = useTranslation("product");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("product.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={PRODUCTS}
        resource="product"
        search={t("search")}
        columns={[
          { key: "name", title: t("name"), sortable: true },
          { key: "sku", title: t("sku"), width: 150, sortable: true },
          { key: "category", title: t("category"), width: 140 },
          {
            key: "price",
            title: t("price"),
            align: "right",
            width: 160,
            sortable: true,
            show: ({ price, unit }) => (
              <>
                <Money amount={price} /> <span className="z-none">/ {unit}</span>
              </>
            ),
          },
          {
            key: "tax_rate",
            title: t("tax_rate"),
            align: "right",
            width: 90,
            show: ({ tax_rate }) => `${Number(tax_rate)}%`,
          },
          {
            key: "needs_setup",
            title: t("needs_setup"),
            width: 110,
            show: ({ needs_setup }) => (needs_setup ? t("setup_yes") : <span className="z-none">–</span>),
          },
          {
            key: "status",
            title: t("status"),
            width: 100,
            show: ({ status }) => <StatusTag of="product" status={status} />,
          },
          {
            key: "updated_at",
            title: t("updated_at"),
            width: 150,
            hidden: true,
            show: ({ updated_at }) => <When at={updated_at} />,
          },
        ]}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("product", ["listed", "retired"]) },
          { kind: "yes_no", key: "needs_setup", label: t("needs_setup") },
        ]}
        views={[{ name: t("view_listed"), query: { status: "listed" } }]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="2.5" action={make} />}
      />
      <ProductForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/catalog/products/${id}` })}
      />
    </Page>
  );
}
