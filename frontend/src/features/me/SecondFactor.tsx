import { useMutation } from "@tanstack/react-query";
import { Alert, Button, Form, Input } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { type Account, revise } from "@/api/session";
import { FormDrawer } from "@/ui/FormDrawer";
import { showDone } from "@/ui/notices";
import css from "./SecondFactor.module.css";

/** Enrol an authenticator, be given the codes for the day it is lost, or give it up. */
export function SecondFactor({ account }: { account: Account }) {
  const { t } = useTranslation("me");
  const [offer, setOffer] = useState<{ secret: string; qr_svg: string } | null>(null);
  const [codes, setCodes] = useState<string[] | null>(null);
  const begin = useMutation({ mutationFn: () => ok(api.POST("/api/v1/me/totp")), onSuccess: setOffer });
  const confirm = useMutation({
    mutationFn: (code: string) => ok(api.POST("/api/v1/me/totp/confirm", { body: { code } })),
    onSuccess: ({ recovery_codes }) => {
      setOffer(null);
      setCodes(recovery_codes);
    },
  });

  if (codes)
    return (
      <RecoveryCodes
        codes={codes}
        onKept={() => revise({ ...account, totp_enabled: true, second_factor_needed: false })}
      />
    );
  if (account.totp_enabled) return <Enrolled account={account} />;
  if (!offer) {
    return (
      <>
        <p className={css.about}>{t("totp_off")}</p>
        <Button onClick={() => begin.mutate()} loading={begin.isPending}>
          {t("totp_start")}
        </Button>
      </>
    );
  }
  return (
    <Form<{ code: string }> layout="vertical" requiredMark={false} onFinish={({ code }) => confirm.mutate(code)}>
      <p className={css.about}>{t("totp_scan")}</p>
      {/* As an image, so that nothing in the drawing could run. */}
      <img className={css.code} alt={t("totp_code")} src={asImage(offer.qr_svg)} />
      <p className={css.about}>
        {t("totp_secret")}
        <code className={css.secret}>{offer.secret}</code>
      </p>
      <Form.Item
        name="code"
        label={t("totp_digits")}
        rules={[{ required: true, pattern: /^\d{3} ?\d{3}$/, message: t("totp_digits_needed") }]}
      >
        <Input inputMode="numeric" autoComplete="one-time-code" maxLength={7} autoFocus />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={confirm.isPending}>
        {t("totp_confirm")}
      </Button>
    </Form>
  );
}

/** A drawing that was made to stand in a page, as an address: as a file of its own it must name its language. */
function asImage(svg: string): string {
  const named = svg.includes("xmlns") ? svg : svg.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  return `data:image/svg+xml,${encodeURIComponent(named)}`;
}

// Shown this once: the button says that they are kept, and only then the page goes on.
function RecoveryCodes({ codes, onKept }: { codes: string[]; onKept: () => void }) {
  const { t } = useTranslation("me");
  return (
    <>
      <Alert type="success" showIcon title={t("totp_done")} description={t("recovery_about")} className={css.done} />
      <ul className={css.codes}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <div className={css.buttons}>
        <Button
          onClick={async () => {
            await navigator.clipboard.writeText(codes.join("\n"));
            showDone(t("recovery_copied"));
          }}
        >
          {t("recovery_copy")}
        </Button>
        <Button type="primary" onClick={onKept}>
          {t("recovery_kept")}
        </Button>
      </div>
    </>
  );
}

function Enrolled({ account }: { account: Account }) {
  const { t } = useTranslation("me");
  const [leaving, setLeaving] = useState(false);
  return (
    <>
      <p className={css.about}>{t("totp_on")}</p>
      <Button onClick={() => setLeaving(true)}>{t("totp_remove")}</Button>
      <FormDrawer<{ password: string }>
        title={t("totp_remove")}
        submit={t("totp_remove")}
        open={leaving}
        onClose={() => setLeaving(false)}
        onSubmit={(body) => ok(api.DELETE("/api/v1/me/totp", { body }))}
        onDone={() => revise({ ...account, totp_enabled: false })}
      >
        <p>{t("totp_remove_about")}</p>
        <Form.Item
          name="password"
          label={t("password_current")}
          rules={[{ required: true, message: t("password_needed") }]}
        >
          <Input.Password autoComplete="current-password" maxLength={128} />
        </Form.Item>
      </FormDrawer>
    </>
  );
}
