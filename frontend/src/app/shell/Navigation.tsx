import { MenuFoldOutlined, MenuUnfoldOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button, Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Logo } from "../Logo";
import { type Entry, type Group, NAVIGATION } from "../nav";
import css from "./Navigation.module.css";

/** The groups and entries that this person's duties open. */
export function useNavigation(): Group[] {
  const has = useDuty();
  return NAVIGATION.map((group) => ({ ...group, entries: group.entries.filter(({ duty }) => has(duty)) })).filter(
    ({ entries }) => entries.length > 0,
  );
}

export function Navigation({ folded, onFold }: { folded: boolean; onFold: (folded: boolean) => void }) {
  const { t } = useTranslation("shell");
  const label = t(folded ? "expand" : "collapse");
  return (
    <div className={folded ? `${css.side} ${css.folded}` : css.side}>
      <Link to="/" className={css.brand} aria-label={t("name")}>
        <Logo />
        {folded ? null : <span>{t("name")}</span>}
      </Link>
      <Groups folded={folded} />
      <Button
        type="text"
        className={css.fold}
        icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
        aria-label={label}
        title={label}
        onClick={() => onFold(!folded)}
      />
    </div>
  );
}

/** The entries under the names of their groups. */
export function Groups({ folded }: { folded: boolean }) {
  const { t } = useTranslation("shell");
  return (
    <nav className={css.nav} aria-label={t("nav.main")}>
      {useNavigation().map((group) => (
        <div key={group.key} className={css.group}>
          {group.entries.length > 1 && !folded ? <h2>{t(`groups.${group.key}`)}</h2> : null}
          <ul>
            {group.entries.map((entry) => (
              <li key={entry.path}>
                <Door entry={entry} folded={folded} />
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

function Door({ entry, folded }: { entry: Entry; folded: boolean }) {
  const { t } = useTranslation("shell");
  const Icon = entry.icon;
  const name = t(`nav.${entry.key}`);
  const exact = entry.path === "/" || entry.path === "/regulation";
  const link = (
    <Link
      to={entry.path}
      className={css.door}
      activeProps={{ className: css.here }}
      activeOptions={{ exact, includeSearch: false }}
      aria-label={name}
    >
      <Icon />
      {folded ? null : <span>{name}</span>}
    </Link>
  );
  return folded ? (
    <Tooltip title={name} placement="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
