import { CheckOutlined, CloseOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { When } from "@/ui/When";
import { ORDER_PATH, type Order, orderStepsQuery } from "./queries";
import css from "./Tracker.module.css";

/** Where an order stands: every state with when it was reached and by whom, and what still lies ahead. */
export function Tracker({ of: order }: { of: Order }) {
  const { t } = useTranslation(["order", "states", "verbs"]);
  const { data: steps = [] } = useQuery(orderStepsQuery(order.id));
  const cancelled = order.status === "cancelled";
  const reached = (state: string) =>
    state === "draft"
      ? { at: order.created_at, account_name: null }
      : (steps.find(({ target }) => target === state) ?? null);
  // A cancelled order shows how far it came, and no more.
  const path = cancelled ? [...ORDER_PATH.filter((state) => reached(state)), "cancelled"] : ORDER_PATH;
  const here = path.indexOf(order.status);
  return (
    <ol className={css.tracker} aria-label={t("tracker")}>
      {path.map((state, index) => {
        const step = reached(state);
        const done = index < here || state === "completed";
        return (
          <li
            key={state}
            className={index === here ? css.here : index < here ? css.past : css.ahead}
            aria-current={index === here ? "step" : undefined}
          >
            <span className={state === "cancelled" ? `${css.mark} ${css.ended}` : css.mark} aria-hidden="true">
              {state === "cancelled" ? <CloseOutlined /> : index <= here && done ? <CheckOutlined /> : index + 1}
            </span>
            <span className={css.state}>{t([`states:order.${state}`, `states:any.${state}`])}</span>
            {index <= here && step ? (
              <span className={css.when}>
                <When at={step.at} />
                {step.account_name ? <span>{step.account_name}</span> : null}
              </span>
            ) : null}
          </li>
        );
      })}
    </ol>
  );
}
