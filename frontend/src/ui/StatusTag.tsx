import { useTranslation } from "react-i18next";
import css from "./StatusTag.module.css";

/** The kinds of state that every lifecycle has: being worked on, waiting for somebody, reached its end well, or ended otherwise. */
export type Category = "open" | "waiting" | "done" | "ended";

// What a state means to the eye where a list does not carry its category.
const CATEGORY_OF: Record<string, Category> = {
  ...all(
    "waiting",
    "submitted in_review offered due unreachable on_hold paused pool partly_paid sent viewed requested",
  ),
  ...all(
    "done",
    "approved active accepted completed converted delivered done finished paid published qualified reviewed won confirmed",
  ),
  ...all(
    "ended",
    "cancelled closed declined disqualified expired lost refused refunded returned superseded undone withdrawn failed",
  ),
};

function all(category: Category, states: string): Record<string, Category> {
  return Object.fromEntries(states.split(" ").map((state) => [state, category]));
}

interface Props {
  /** The resource, so that one word can mean another thing elsewhere: `states:order.placed`, else `states:placed`. */
  of?: string;
  status: string;
  category?: Category;
}

/** A state in words, with a mark by its category: colour is never the only sign. */
export function StatusTag({ of, status, category = CATEGORY_OF[status] ?? "open" }: Props) {
  const { t } = useTranslation("states");
  return (
    <span className={`${css.tag} ${css[category]}`}>
      <svg className={css.mark} viewBox="0 0 8 8" aria-hidden="true">
        {MARKS[category]}
      </svg>
      {t([`${of}.${status}`, status], { defaultValue: status })}
    </span>
  );
}

const MARKS: Record<Category, React.ReactNode> = {
  open: <circle cx="4" cy="4" r="3.5" />,
  waiting: <circle cx="4" cy="4" r="2.75" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  done: <path d="M1 4.2 3.2 6.4 7 1.8" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  ended: <path d="M1 4h6" fill="none" stroke="currentColor" strokeWidth="1.5" />,
};
