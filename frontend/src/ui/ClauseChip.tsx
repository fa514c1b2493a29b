import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { clausePath } from "@/lib/resources";
import css from "./ClauseChip.module.css";

/** A clause of the regulation as a small link: from any rule, limit or refusal to what it lives by. */
export function ClauseChip({ clause }: { clause: string }) {
  const { t } = useTranslation("kit");
  return (
    <Link
      to={clausePath(clause)}
      className={css.chip}
      aria-label={t("clause", { clause })}
      title={t("clause", { clause })}
    >
      § {clause}
    </Link>
  );
}
