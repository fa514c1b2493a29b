import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/schema.gen";
import { Money } from "@/ui/Money";
import { LineSums } from "./LineSums";
import css from "./lines.module.css";

interface Props {
  lines: components["schemas"]["LineOut"][];
  gross: string;
  discount: string;
  total: string;
  tax: string;
}

/** The lines of a proposal or an order as they were written, and what they come to. */
export function LinesTable({ lines, ...sums }: Props) {
  const { t } = useTranslation("line");
  return (
    <>
      <table className={css.lines}>
        <thead>
          <tr>
            <th scope="col">{t("product")}</th>
            <th scope="col">{t("quantity")}</th>
            <th scope="col">{t("unit_price")}</th>
            <th scope="col">{t("discount")}</th>
            <th scope="col">{t("total")}</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={line.id}>
              <th scope="row">
                <Link to={`/catalog/products/${line.product_id}`}>{line.name}</Link>
                <small>
                  {line.sku} · {t("tax_rate", { rate: Number(line.tax_rate) })}
                </small>
              </th>
              <td data-label={t("quantity")}>
                {line.quantity} {line.unit}
              </td>
              <td data-label={t("unit_price")}>
                <Money amount={line.unit_price} />
              </td>
              <td data-label={t("discount")}>
                {Number(line.discount) === 0 ? <span className="z-none">–</span> : <Money amount={line.discount} />}
              </td>
              <td data-label={t("total")}>
                <Money amount={line.total} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <LineSums {...sums} />
    </>
  );
}
