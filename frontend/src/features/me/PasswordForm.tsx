import { Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok, ProblemError } from "@/api/problem";
import { currentSession } from "@/api/session";
import { marked } from "@/ui/FormDrawer";
import { showDone, showError } from "@/ui/notices";

interface Entered {
  current_password: string;
  new_password: string;
  again: string;
}

/** The change of one's password: long rather than odd (12 characters or more). */
export function PasswordForm({ onDone }: { onDone?: () => void }) {
  const { t } = useTranslation("me");
  const [form] = Form.useForm<Entered>();
  const [busy, setBusy] = useState(false);
  const session = currentSession();
  const login = session.state === "in" ? session.account.login : "";

  async function change({ current_password, new_password }: Entered) {
    setBusy(true);
    try {
      await ok(api.POST("/api/v1/me/password", { body: { current_password, new_password } }));
      form.resetFields();
      showDone(t("password_done"));
      onDone?.();
    } catch (error) {
      const rest = error instanceof ProblemError ? marked(form, error.problem) : null;
      if (rest || !(error instanceof ProblemError)) showError(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Form<Entered> form={form} layout="vertical" requiredMark={false} onFinish={change}>
      {/* For the browser's keeper of passwords, which asks whose this is. */}
      <input type="text" name="username" autoComplete="username" hidden readOnly value={login} />
      <Form.Item
        name="current_password"
        label={t("password_current")}
        rules={[{ required: true, message: t("password_needed") }]}
      >
        <Input.Password autoComplete="current-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="new_password"
        label={t("password_new")}
        extra={t("password_rule")}
        rules={[{ required: true, min: 12, message: t("password_rule") }]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Form.Item
        name="again"
        label={t("password_again")}
        dependencies={["new_password"]}
        rules={[
          {
            validator: async (_, value) =>
              value === form.getFieldValue("new_password") || Promise.reject(new Error(t("password_differs"))),
          },
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={200} />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={busy}>
        {t("password_change")}
      </Button>
    </Form>
  );
}
