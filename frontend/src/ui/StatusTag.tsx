import { useTranslation } from "react-i18next";
import { type Category, categoryOf } from "./categories";
import css from "./StatusTag.module.css";

interface Props {
  /** The resource, so that one word can mean another thing elsewhere: `states:order.placed`, else `states:any.placed`. */
  of?: string;
  status: string;
  category?: Category;
}

/** A state in words, with a mark by its category: colour is never the only sign. */
export function StatusTag({ of, status, category = categoryOf(of, status) }: Props) {
  const { t } = useTranslation("states");
  return (
    <span className={`${css.tag} ${css[category]}`}>
      <svg className={css.mark} viewBox="0 0 8 8" aria-hidden="true">
        {MARKS[category]}
      </svg>
      {t([`${of}.${status}`, `any.${status}`], { defaultValue: status })}
    </span>
  );
}

const MARKS: Record<Category, React.ReactNode> = {
  open: <circle cx="4" cy="4" r="3.5" />,
  waiting: <circle cx="4" cy="4" r="2.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  done: <path d="M1 4.2 3.2 6.4 7 1.8" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  ended: <path d="M1 4h6" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};
