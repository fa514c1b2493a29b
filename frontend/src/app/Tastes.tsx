import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { speak, useLanguage } from "@/i18n";
import { LANGUAGE_NAMES, LANGUAGES } from "@/lib/language";
import { queries } from "./queries";
import css from "./Tastes.module.css";
import { useTaste } from "./theme";

/** The choice of language; what the API said is asked again, in the new one. */
export function LanguageChoice() {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  return (
    <Choice
      label={t("language")}
      options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
      value={language}
      onChange={async (chosen) => {
        await speak(chosen);
        await queries.invalidateQueries();
      }}
    />
  );
}

/** The choice of light, dark, or as the system has it. */
export function ThemeChoice() {
  const { t } = useTranslation("shell");
  const { taste, choose } = useTaste();
  return (
    <Choice
      label={t("theme")}
      options={(["system", "light", "dark"] as const).map((value) => ({ value, label: t(`themes.${value}`) }))}
      value={taste}
      onChange={choose}
    />
  );
}

interface ChoiceProps<Value extends string> {
  label: string;
  options: { value: Value; label: ReactNode }[];
  value: Value;
  onChange: (value: Value) => void;
}

function Choice<Value extends string>({ label, options, value, onChange }: ChoiceProps<Value>) {
  return (
    <fieldset className={css.choice}>
      <legend className="z-hidden">{label}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input
            type="radio"
            name={label}
            checked={option.value === value}
            onChange={() => onChange(option.value)}
            className="z-hidden"
          />
          <span>{option.label}</span>
        </label>
      ))}
    </fieldset>
  );
}
