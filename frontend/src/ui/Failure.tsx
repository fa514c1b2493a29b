import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { ProblemError, Unreachable } from "@/api/problem";
import { Empty } from "./Empty";
import css from "./Empty.module.css";
import { ProblemText } from "./notices";

/** What stands in place of matter that could not be read: the reason in words, and a way to try again. */
export function Failure({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useTranslation("kit");
  const again = retry ? <Button onClick={retry}>{t("try_again")}</Button> : null;
  if (error instanceof ProblemError) {
    return (
      <div className={css.empty} role="alert">
        <h2>{error.problem.title}</h2>
        <ProblemText problem={error.problem} />
        {error.problem.status >= 500 || error.problem.status === 429 ? again : null}
      </div>
    );
  }
  const unreachable = error instanceof Unreachable;
  return (
    <Empty
      title={t(unreachable ? "unreachable" : "broken")}
      about={t(unreachable ? "unreachable_about" : "broken_about")}
      action={again}
    />
  );
}
