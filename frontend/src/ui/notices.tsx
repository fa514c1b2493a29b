import { App, Button } from "antd";
import i18n from "i18next";
import { useTranslation } from "react-i18next";
import { type Problem, ProblemError, Unreachable } from "@/api/problem";
import { ClauseChip } from "./ClauseChip";
import css from "./notices.module.css";

let antd: ReturnType<typeof App.useApp> | undefined;

/** Once, inside the App of Ant Design: gives the functions below a place to speak from. */
export function Notices() {
  antd = App.useApp();
  return null;
}

/** It is done: one short sentence that goes by itself. */
export function showDone(text: string): void {
  antd?.message.success(text);
}

/** Nothing was sent, because of this. */
export function warn(text: string): void {
  antd?.message.warning(text);
}

/** It was not done, and why. Stays until read. A problem's detail, its clause and whose duty it is come along. */
export function showError(error: unknown): void {
  if (error instanceof ProblemError) {
    antd?.notification.error({
      key: error.problem.detail,
      title: error.problem.title,
      description: <ProblemText problem={error.problem} />,
      duration: 0,
    });
    return;
  }
  antd?.notification.warning({
    key: "unreachable",
    title: i18n.t(error instanceof Unreachable ? "kit:unreachable" : "kit:broken"),
    description: i18n.t(error instanceof Unreachable ? "kit:unreachable_about" : "kit:broken_about"),
    duration: 6,
  });
}

/** Ask before a step that cannot be taken back, with its consequences named. */
export function ask(question: {
  title: string;
  consequences: string;
  yes: string;
  danger?: boolean;
}): Promise<boolean> {
  return new Promise((resolve) => {
    antd?.modal.confirm({
      title: question.title,
      content: question.consequences,
      okText: question.yes,
      okButtonProps: { danger: question.danger },
      autoFocusButton: "cancel",
      onOk: () => resolve(true),
      onCancel: () => resolve(false),
    });
  });
}

/** The body of a problem: the sentence (which names the posts that have the duty), its clause, the number for the log. */
export function ProblemText({ problem }: { problem: Problem }) {
  const { t } = useTranslation("kit");
  const more = problem.errors?.filter(({ detail }) => detail !== problem.detail) ?? [];
  return (
    <div className={css.problem}>
      <p>{problem.detail}</p>
      {more.length > 0 ? (
        <ul>
          {more.map((wrong) => (
            <li key={wrong.pointer + wrong.code}>{wrong.detail}</li>
          ))}
        </ul>
      ) : null}
      {problem.clause ? (
        <p>
          <ClauseChip clause={problem.clause} />
        </p>
      ) : null}
      {problem.request_id ? (
        <Button
          size="small"
          type="text"
          className={css.number}
          onClick={() => navigator.clipboard.writeText(problem.request_id)}
          title={t("copy")}
        >
          {t("request_id", { id: problem.request_id })}
        </Button>
      ) : null}
    </div>
  );
}
