import dayjs from "dayjs";
import i18n from "i18next";
import { initReactI18next, useTranslation } from "react-i18next";
import { keepLanguage, keptLanguage, type Language } from "@/lib/language";

type Words = Record<string, Record<string, unknown>>;

// Each language is one lazy chunk: its words, Ant Design's and dayjs' together.
const LOADERS = {
  "zh-CN": () => import("./zh-CN"),
  "zh-TW": () => import("./zh-TW"),
  en: () => import("./en"),
};

export type AntdLocale = Awaited<ReturnType<(typeof LOADERS)["zh-CN"]>>["antd"];

const antdLocales = new Map<Language, AntdLocale>();

async function load(language: Language): Promise<void> {
  const { words, antd, dayjsName } = await LOADERS[language]();
  for (const [namespace, texts] of Object.entries(words as Words)) i18n.addResourceBundle(language, namespace, texts);
  antdLocales.set(language, antd);
  dayjs.locale(dayjsName);
  document.documentElement.lang = language;
}

/** Before the first paint: the kept language is loaded, no other. */
export async function startI18n(): Promise<void> {
  const language = keptLanguage();
  await i18n.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    ns: [],
    defaultNS: "shell",
    interpolation: { escapeValue: false }, // React escapes
    react: { useSuspense: false },
  });
  await load(language);
}

/** Change the language of everything, and keep it on this device. */
export async function speak(language: Language): Promise<void> {
  await load(language);
  keepLanguage(language);
  await i18n.changeLanguage(language);
}

/** The language in use; components that format by it are drawn again when it changes. */
export function useLanguage(): Language {
  return useTranslation().i18n.language as Language;
}

export function antdLocale(language: Language): AntdLocale | undefined {
  return antdLocales.get(language);
}
