import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { type Account, revise } from "@/api/session";
import { PasswordForm } from "@/features/me/PasswordForm";
import { SecondFactor } from "@/features/me/SecondFactor";
import css from "./Gate.module.css";
import { Logo } from "./Logo";
import { signOut } from "./signOut";

/** What must be done before anything else: a password of one's own, and a second factor where the post asks for one. */
export default function Gate({ account }: { account: Account }) {
  const { t } = useTranslation(["sign_in", "shell"]);
  return (
    <main className={css.page}>
      <div className={css.card}>
        <Logo size={40} />
        {account.must_change_password ? (
          <>
            <h1>{t("change_title")}</h1>
            <p>{t("change_about")}</p>
            <PasswordForm onDone={() => revise({ ...account, must_change_password: false })} />
          </>
        ) : (
          <>
            <h1>{t("factor_title")}</h1>
            <p>{t("factor_about")}</p>
            <SecondFactor account={account} />
          </>
        )}
        <Button type="link" block className={css.out} onClick={signOut}>
          {t("shell:sign_out")}
        </Button>
      </div>
    </main>
  );
}
