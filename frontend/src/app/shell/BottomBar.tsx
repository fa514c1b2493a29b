import { EllipsisOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import css from "./BottomBar.module.css";
import { useNavigation } from "./Navigation";

// Where the thumb goes most: the day first, then what one's duties are about, in this order.
const FIRST = ["day", "leads", "orders", "handovers", "campaigns", "channels", "funnel", "customers", "regulation"];
const ROOM = 4;

/** On a telephone: the four nearest places, and the way to all others. */
export function BottomBar({ onMore }: { onMore: () => void }) {
  const { t } = useTranslation("shell");
  const entries = useNavigation()
    .flatMap((group) => group.entries)
    .filter(({ key }) => FIRST.includes(key))
    .sort((a, b) => FIRST.indexOf(a.key) - FIRST.indexOf(b.key))
    .slice(0, ROOM);
  return (
    <nav className={css.bar} aria-label={t("nav.main")}>
      {entries.map(({ path, key, icon: Icon }) => (
        <Link
          key={path}
          to={path}
          className={css.place}
          activeProps={{ className: css.here }}
          activeOptions={{ exact: path === "/", includeSearch: false }}
        >
          <Icon />
          <span>{t(`nav.${key}`)}</span>
        </Link>
      ))}
      <button type="button" className={css.place} onClick={onMore}>
        <EllipsisOutlined />
        <span>{t("nav.more")}</span>
      </button>
    </nav>
  );
}
