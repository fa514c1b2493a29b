import { useTranslation } from "react-i18next";
import css from "./Person.module.css";

/** A colleague by name, with the mark of the name; null shows that nobody has it yet. */
export function Person({ name, title }: { name: string | null; title?: string | null }) {
  const { t } = useTranslation("kit");
  if (!name) return <span className="z-none">{t("nobody")}</span>;
  return (
    <span className={css.person}>
      <Mark name={name} />
      <span>
        {name}
        {title ? <span className={css.title}>{title}</span> : null}
      </span>
    </span>
  );
}

/** The last two characters of a Chinese name, the initials of another, on a ground that is always the same for a name. */
export function Mark({ name, size = 24 }: { name: string; size?: number }) {
  const chinese = /[\u3400-\u9fff]/.test(name);
  const letters = chinese ? name.slice(-2) : name.split(/\s+/, 2).map((part) => part.slice(0, 1).toUpperCase());
  const tone = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  return (
    <span
      className={`${css.mark} ${css[`tone${tone}`]}`}
      style={{ width: size, height: size, fontSize: size * 0.42 }}
      aria-hidden="true"
    >
      {letters}
    </span>
  );
}
