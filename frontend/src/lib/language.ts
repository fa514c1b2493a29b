/** The three languages of the product; the first is the default. */
export const LANGUAGES = ["zh-CN", "zh-TW", "en"] as const;
export type Language = (typeof LANGUAGES)[number];

/** How each language is called by its own speakers. */
export const LANGUAGE_NAMES: Record<Language, string> = { "zh-CN": "简体中文", "zh-TW": "繁體中文", en: "English" };

const KEPT_AS = "zhidu.language";

/** The nearest of our languages to a BCP 47 tag. */
export function nearest(tag: string): Language {
  if (/^zh-(tw|hk|mo|hant)/i.test(tag)) return "zh-TW";
  if (/^en/i.test(tag)) return "en";
  return "zh-CN";
}

/** The language kept on this device, else the browser's. */
export function keptLanguage(): Language {
  return nearest(localStorage.getItem(KEPT_AS) ?? navigator.language);
}

export function keepLanguage(language: Language): void {
  localStorage.setItem(KEPT_AS, language);
}
