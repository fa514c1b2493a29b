import { useTranslation } from "react-i18next";
import type { DuplicateRow } from "./queries";

/** Why two are thought to be one, in words. */
export function useWhy(): (pair: Pick<DuplicateRow, "reason" | "score">) => string {
  const { t } = useTranslation("duplicate");
  return ({ reason, score }) => {
    if (reason === "phone") return t("same_phone");
    if (reason === "email") return t("same_email");
    return t("alike", { score });
  };
}
