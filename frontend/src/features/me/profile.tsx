import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, QRCode, Skeleton, Tag } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { dutiesQuery, sessionsQuery } from "@/api/me";
import { ok } from "@/api/problem";
import { type Account, currentSession, revise } from "@/api/session";
import { ClauseChip } from "@/ui/ClauseChip";
import { Facts } from "@/ui/Facts";
import { ask, showDone } from "@/ui/notices";
import { Page, Section } from "@/ui/Page";
import { When } from "@/ui/When";
import { PasswordForm } from "./PasswordForm";
import css from "./profile.module.css";

/** Oneself: what one's posts give one to do, and how one's sign-in is kept safe. */
export default function Profile() {
  const { t } = useTranslation("me");
  const session = currentSession();
  if (session.state !== "in") return null;
  const { account } = session;
  return (
    <Page
      title={t("title")}
      aside={
        <>
          <Section title={t("totp")}>
            <SecondFactor account={account} />
          </Section>
          <Section title={t("password")}>
            <PasswordForm />
          </Section>
        </>
      }
    >
      <Section title={t("profile")}>
        <Facts
          of={[
            { label: t("name"), value: account.name },
            { label: t("login"), value: account.login },
            { label: t("department"), value: account.department_name },
            { label: t("posts"), value: account.posts.map(({ title }) => title).join("、") },
          ]}
        />
      </Section>
      <Section title={t("sessions")}>
        <Sessions />
      </Section>
      <Section title={t("duties")}>
        <Duties />
      </Section>
    </Page>
  );
}

function Duties() {
  const { t } = useTranslation("me");
  const { data } = useQuery(dutiesQuery);
  if (!data) return <Skeleton active title={false} />;
  return (
    <>
      <p className={css.about}>
        {t("duties_about")} {t("duties_count", { count: data.items.length })}
      </p>
      <ul className={css.rows}>
        {data.items.map(({ duty, scope, clauses }) => (
          <li key={duty}>
            <span className={css.grow}>{duty}</span>
            <Tag>{t(`scopes.${scope}`)}</Tag>
            {clauses.map((clause) => (
              <ClauseChip key={clause} clause={clause} />
            ))}
          </li>
        ))}
      </ul>
    </>
  );
}

function Sessions() {
  const { t } = useTranslation("me");
  const queries = useQueryClient();
  const { data } = useQuery(sessionsQuery);
  const endOne = useMutation({
    mutationFn: (id: string) =>
      ok(api.DELETE("/api/v1/me/sessions/{session_id}", { params: { path: { session_id: id } } })),
    onSuccess: async () => {
      showDone(t("session_ended"));
      await queries.invalidateQueries({ queryKey: ["session"] });
    },
  });
  if (!data) return <Skeleton active title={false} />;
  return (
    <ul className={css.rows}>
      {data.items.map((session) => (
        <li key={session.id}>
          <span className={css.grow}>
            {session.device} {session.current ? <Tag color="green">{t("session_current")}</Tag> : null}
            <small>
              {session.address} · {t("session_used")} <When at={session.last_used_at} as="relative" />
            </small>
          </span>
          {session.current ? null : (
            <Button
              size="small"
              onClick={async () => {
                if (
                  await ask({
                    title: t("session_end"),
                    consequences: t("session_end_about"),
                    yes: t("session_end"),
                    danger: true,
                  })
                )
                  endOne.mutate(session.id);
              }}
            >
              {t("session_end")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

function SecondFactor({ account }: { account: Account }) {
  const { t } = useTranslation("me");
  const [offer, setOffer] = useState<{ secret: string; uri: string } | null>(null);
  const begin = useMutation({ mutationFn: () => ok(api.POST("/api/v1/me/totp")), onSuccess: setOffer });
  const confirm = useMutation({
    mutationFn: (code: string) => ok(api.POST("/api/v1/me/totp/confirm", { body: { code } })),
    onSuccess: () => {
      setOffer(null);
      revise({ ...account, totp_enabled: true });
      showDone(t("totp_done"));
    },
  });
  if (account.totp_enabled) return <p className={css.about}>{t("totp_on")}</p>;
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
      <p>{t("totp_scan")}</p>
      <QRCode value={offer.uri} className={css.code} bordered={false} color="#17211f" bgColor="#ffffff" />
      <p className={css.about}>
        {t("totp_secret")} <code>{offer.secret}</code>
      </p>
      <Form.Item name="code" rules={[{ required: true, pattern: /^\d{6}$/, message: t("password_needed") }]}>
        <Input inputMode="numeric" autoComplete="one-time-code" maxLength={6} aria-label={t("totp")} autoFocus />
      </Form.Item>
      <Button type="primary" htmlType="submit" loading={confirm.isPending}>
        {t("totp_confirm")}
      </Button>
    </Form>
  );
}
