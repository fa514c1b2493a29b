import { LogoutOutlined, SearchOutlined, UserOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Dropdown } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { type Account, end } from "@/api/session";
import { useNarrow } from "@/lib/screen";
import { Mark } from "@/ui/Person";
import { Logo } from "../Logo";
import { LanguageSwitch, ThemeSwitch } from "../Tastes";
import { Bell } from "./Bell";
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
        {narrow ? null : <LanguageSwitch />}
        {narrow ? null : <ThemeSwitch />}
        <Self account={account} />
      </div>
    </header>
  );
}

function Self({ account }: { account: Account }) {
  const { t } = useTranslation("shell");
  const navigate = useNavigate();
  const narrow = useNarrow();

  async function signOut() {
    // Whatever the server says, the person is out here.
    await api.POST("/api/v1/auth/sign-out").catch(() => undefined);
    end();
  }

  return (
    <Dropdown
      trigger={["click"]}
      menu={{
        items: [
          { key: "me", icon: <UserOutlined />, label: t("profile") },
          { type: "divider" },
          { key: "out", icon: <LogoutOutlined />, label: t("sign_out") },
        ],
        onClick: ({ key }) => (key === "out" ? signOut() : navigate({ to: "/me" })),
      }}
    >
      <Button type="text" className={css.self} aria-label={`${t("account")}: ${account.name}`}>
        <Mark name={account.name} size={28} />
        {narrow ? null : (
          <span className={css.who}>
            <span>{account.name}</span>
            <small>{account.posts.map(({ title }) => title).join("、")}</small>
          </span>
        )}
      </Button>
    </Dropdown>
  );
}
