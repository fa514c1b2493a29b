import { SearchOutlined } from "@ant-design/icons";
import { useTranslation } from "react-i18next";
import type { Account } from "@/api/session";
import { useNarrow } from "@/lib/screen";
import { Logo } from "../Logo";
import { Bell } from "./Bell";
import { Self } from "./Self";
import css from "./TopBar.module.css";

export function TopBar({ account, onSearch }: { account: Account; onSearch: () => void }) {
  const { t } = useTranslation("shell");
  const narrow = useNarrow();
  return (
    <header className={css.bar}>
      {narrow ? <Logo /> : null}
      <button type="button" className={css.search} onClick={onSearch} aria-keyshortcuts="Control+K">
        <SearchOutlined />
        <span>{narrow ? t("search") : t("search_hint")}</span>
        {narrow ? null : <kbd>Ctrl K</kbd>}
      </button>
      <div className={css.tools}>
        <Bell />
        <Self account={account} />
      </div>
    </header>
  );
}
