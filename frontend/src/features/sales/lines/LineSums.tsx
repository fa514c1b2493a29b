import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { Money } from "@/ui/Money";
import css from "./lines.module.css";

interface Props {
  gross: string;
  discount: string;
  total: string;
  tax: string;
}

/** List price, what is given off, and what is to pay. */
export function LineSums({ gross, discount, total, tax }: Props) {
  const { t } = useTranslation("line");
  const language = useLanguage();
  const off = Number(gross) === 0 ? 0 : Number(discount) / Number(gross);
  return (
    <dl className={css.sums}>
      <div>
        <dt>{t("gross")}</dt>
        <dd>
          <Money amount={gross} />
        </dd>
      </div>
      <div>
        <dt>
          {t("off")} {off > 0 ? <span className={css.share}>{percent(off, language, 2)}</span> : null}
        </dt>
        <dd>
          −<Money amount={discount} />
        </dd>
      </div>
      <div className={css.whole}>
        <dt>{t("to_pay")}</dt>
        <dd>
          <Money amount={total} />
        </dd>
      </div>
      <div className={css.tax}>
        <dt>{t("tax")}</dt>
        <dd>
          <Money amount={tax} />
        </dd>
      </div>
    </dl>
  );
}
