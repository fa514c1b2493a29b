import { StarFilled } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import css from "./leads.module.css";

/** A score of 100, with a star where it makes a key lead. */
export function Points({ score, isKey }: { score: number; isKey: boolean }) {
  const { t } = useTranslation("lead");
  return (
    <span className={css.points}>
      {isKey ? <StarFilled className={css.star} title={t("key")} aria-label={t("key")} /> : null}
      <span className="z-figures">{score}</span>
    </span>
  );
}
