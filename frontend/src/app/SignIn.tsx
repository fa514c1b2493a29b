import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { isProblem, ok, type Problem, ProblemError } from "@/api/problem";
import { begin } from "@/api/session";
import { ProblemText, showError } from "@/ui/notices";
import { Mark } from "@/ui/Person";
import { Logo } from "./Logo";
import css from "./SignIn.module.css";
import { LanguageChoice } from "./Tastes";

interface Entered {
  login: string;
  password: string;
  totp?: string;
}

/** The door: login and password, the second factor where the post needs it, and in a demo the colleagues to be. */
export default function SignIn() {
  const { t } = useTranslation(["sign_in", "shell"]);
  const [form] = Form.useForm<Entered>();
  const [busy, setBusy] = useState(false);
  const [second, setSecond] = useState<Entered | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  async function enter(entered: Entered) {
    setBusy(true);
    setProblem(null);
    try {
      begin(await ok(api.POST("/api/v1/auth/sign-in", { body: { ...entered, client: "browser" } })));
    } catch (error) {
      if (isProblem(error, "totp-needed")) setSecond(entered);
      else if (error instanceof ProblemError) setProblem(error.problem);
      else showError(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className={css.door}>
      <section className={css.promise}>
        <div className={css.brand}>
          <Logo size={40} />
          <span>{t("shell:name")}</span>
        </div>
        <h1>{t("shell:slogan")}</h1>
        <dl>
          {(["duty", "obligation", "control"] as const).map((thread) => (
            <div key={thread}>
              <dt>{t(`promise_${thread}`)}</dt>
              <dd>{t(`promise_${thread}_about`)}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className={css.form}>
        <div className={css.tastes}>
          <LanguageChoice />
        </div>
        <div className={css.inner}>
          <h2>{second ? t("code") : t("title")}</h2>
          {problem ? (
            <Alert
              type="error"
              showIcon
              title={problem.title}
              description={<ProblemText problem={problem} />}
              className={css.problem}
            />
          ) : null}
          {second ? (
            <Form<{ totp: string }>
              layout="vertical"
              requiredMark={false}
              onFinish={({ totp }) => enter({ ...second, totp })}
            >
              <p>{t("code_about")}</p>
              <Form.Item
                name="totp"
                label={t("code")}
                rules={[{ required: true, pattern: /^[0-9A-Za-z -]{6,16}$/, message: t("code_needed") }]}
              >
                <Input autoComplete="one-time-code" maxLength={16} size="large" autoFocus />
              </Form.Item>
              <Button type="primary" htmlType="submit" size="large" block loading={busy}>
                {t("title")}
              </Button>
              <Button type="link" block className={css.back} onClick={() => setSecond(null)}>
                {t("back")}
              </Button>
            </Form>
          ) : (
            <Form<Entered> form={form} layout="vertical" requiredMark={false} onFinish={enter}>
              <Form.Item name="login" label={t("login")} rules={[{ required: true, message: t("login_needed") }]}>
                <Input
                  autoComplete="username"
                  autoCapitalize="none"
                  spellCheck={false}
                  size="large"
                  maxLength={100}
                  autoFocus
                />
              </Form.Item>
              <Form.Item
                name="password"
                label={t("password")}
                rules={[{ required: true, message: t("password_needed") }]}
              >
                <Input.Password autoComplete="current-password" size="large" maxLength={200} />
              </Form.Item>
              <Button type="primary" htmlType="submit" size="large" block loading={busy}>
                {t("title")}
              </Button>
            </Form>
          )}
          {second ? null : <Demo onChoose={enter} />}
        </div>
      </section>
    </main>
  );
}

function Demo({ onChoose }: { onChoose: (entered: Entered) => void }) {
  const { t } = useTranslation("sign_in");
  const { data } = useQuery({
    queryKey: ["demo"],
    queryFn: async () => {
      try {
        return (await ok(api.GET("/api/v1/demo/accounts"))).items;
      } catch (error) {
        if (isProblem(error, "missing")) return []; // no demo here
        throw error;
      }
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data?.length) return null;
  return (
    <div className={css.demo}>
      <h3>{t("demo")}</h3>
      <p>{t("demo_about")}</p>
      <ul>
        {data.map((account) => (
          <li key={`${account.login} ${account.post}`}>
            <button type="button" onClick={() => onChoose({ login: account.login, password: account.password })}>
              <Mark name={account.name} size={32} />
              <span>
                <strong>{account.name}</strong>
                <small>{account.post_title}</small>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
