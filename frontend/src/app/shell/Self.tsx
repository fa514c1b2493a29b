import { LogoutOutlined, UserOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { Account } from "@/api/session";
import { useNarrow } from "@/lib/screen";
import { Mark } from "@/ui/Person";
import { signOut } from "../signOut";
import { LanguageChoice, ThemeChoice } from "../Tastes";
import css from "./Self.module.css";

/** Oneself, in the corner: profile and security, language, appearance, and the way out. */
export function Self({ account }: { account: Account }) {
  const { t } = useTranslation("shell");
  const narrow = useNarrow();
  const [open, setOpen] = useState(false);
  const posts = account.posts.map(({ title }) => title).join("、");

  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      content={
        <div className={css.panel}>
          <div className={css.head}>
            <Mark name={account.name} size={40} />
            <span className={css.who}>
              <strong>{account.name}</strong>
              <small>{[account.department_name, posts].filter(Boolean).join(" · ")}</small>
            </span>
          </div>
          <LanguageChoice />
          <ThemeChoice />
          <ul>
            <li>
              <Link to="/me" onClick={() => setOpen(false)}>
                <UserOutlined /> {t("profile")}
              </Link>
            </li>
            <li>
              <button type="button" onClick={signOut}>
                <LogoutOutlined /> {t("sign_out")}
              </button>
            </li>
          </ul>
        </div>
      }
    >
      <Button type="text" className={css.self} aria-label={`${t("account")}: ${account.name}`}>
        <Mark name={account.name} size={28} />
        {narrow ? null : (
          <span className={css.who}>
            <span>{account.name}</span>
            <small>{posts}</small>
          </span>
        )}
      </Button>
    </Popover>
  );
}
