import { GlobalOutlined, LaptopOutlined, MoonOutlined, SunOutlined } from "@ant-design/icons";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { speak, useLanguage } from "@/i18n";
import { LANGUAGE_NAMES, LANGUAGES, type Language } from "@/lib/language";
import { queries } from "./queries";
import { type Taste, useTaste } from "./theme";

/** The switch of language; what the API says is asked again, in the new one. */
export function LanguageSwitch() {
  const { t } = useTranslation("shell");
  const language = useLanguage();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: LANGUAGES.map((key) => ({ key, label: LANGUAGE_NAMES[key] })),
        selectedKeys: [language],
        onClick: async ({ key }) => {
          await speak(key as Language);
          await queries.invalidateQueries();
        },
      }}
    >
      <Button type="text" icon={<GlobalOutlined />} aria-label={t("language")} title={t("language")} />
    </Dropdown>
  );
}

const ICONS: Record<Taste, React.ReactNode> = {
  system: <LaptopOutlined />,
  light: <SunOutlined />,
  dark: <MoonOutlined />,
};

/** The switch of light, dark, or as the system has it. */
export function ThemeSwitch() {
  const { t } = useTranslation("shell");
  const { taste, choose } = useTaste();
  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: (["system", "light", "dark"] as const).map((key) => ({
          key,
          icon: ICONS[key],
          label: t(`themes.${key}`),
        })),
        selectedKeys: [taste],
        onClick: ({ key }) => choose(key as Taste),
      }}
    >
      <Button type="text" icon={ICONS[taste]} aria-label={t("theme")} title={t("theme")} />
    </Dropdown>
  );
}
