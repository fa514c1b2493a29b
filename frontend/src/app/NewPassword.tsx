import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { currentSession, end, revise } from "@/api/session";
import { PasswordForm } from "@/features/me/PasswordForm";
import { Logo } from "./Logo";
import css from "./NewPassword.module.css";

/** A password that somebody else chose must be changed before anything else. */
export default function NewPassword() {
  const { t } = useTranslation(["sign_in", "shell"]);
  const session = currentSession();
  return (
    <main className={css.page}>
      <div className={css.card}>
        <Logo size={40} />
        <h1>{t("change_title")}</h1>
        <p>{t("change_about")}</p>
        <PasswordForm
          onDone={() => session.state === "in" && revise({ ...session.account, must_change_password: false })}
        />
        <Button type="link" block onClick={end}>
          {t("shell:sign_out")}
        </Button>
      </div>
    </main>
  );
}
