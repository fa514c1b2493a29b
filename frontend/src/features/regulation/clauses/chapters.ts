import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";

/** '第四章 销售流程', 'Chapter 4 · Sales process'. */
export function useChapterName(): (number: string, title: string) => string {
  const { t } = useTranslation("regulation");
  const language = useLanguage();
  return (number, title) => {
    const figure =
      language === "en" ? number : new Intl.NumberFormat(`${language}-u-nu-hanidec`).format(Number(number));
    return t("chapter", { number: figure, title });
  };
}
