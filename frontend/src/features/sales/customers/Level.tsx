import { StarFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import css from "./customers.module.css";

/** How often the customer is revisited: the key ones are seen at a glance. */
export function Level({ of: level }: { of: string }) {
  const { t } = useTranslation("customer");
  return (
    <span className={level === "quiet" ? `${css.level} z-none` : `${css.level} z-nowrap`}>
      {level === "key" ? <StarFilled className={css.star} /> : null}
      {t(`levels.${level}`)}
    </span>
  );
}
