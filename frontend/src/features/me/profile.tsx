import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Skeleton, Tag } from "antd";
import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { dutiesQuery, sessionsQuery } from "@/api/me";
import { ok } from "@/api/problem";
import { currentSession, onSessionChange } from "@/api/session";
import { deviceName } from "@/lib/device";
import { ClauseChip } from "@/ui/ClauseChip";
import { Facts } from "@/ui/Facts";
import { ask, showDone } from "@/ui/notices";
import { Page, Section } from "@/ui/Page";
import { When } from "@/ui/When";
import { PasswordForm } from "./PasswordForm";
import css from "./profile.module.css";
import { SecondFactor } from "./SecondFactor";

/** Oneself: what one's posts give one to do, and how one's sign-in is kept safe. */
export default function Profile() {
  const { t } = useTranslation("me");
  const session = useSyncExternalStore(onSessionChange, currentSession);
  if (session.state !== "in") return null;
  const { account } = session;
  const posts = account.posts.map(({ title, delegated }) => (delegated ? t("post_delegated", { title }) : title));
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
            { label: t("posts"), value: posts.join("、") },
            ...(account.stands_in_for.length > 0
              ? [{ label: t("stands_in_for"), value: account.stands_in_for.join("、") }]
              : []),
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
      <ul className={css.duties}>
        {data.items.map(({ duty, title, scope, clauses }) => (
          <li key={duty}>
            <span className={css.duty}>{title}</span>
            <small>{t(`scopes.${scope}`)}</small>
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

  async function revoke(id: string) {
    const question = {
      title: t("session_end"),
      consequences: t("session_end_about"),
      yes: t("session_end"),
      danger: true,
    };
    if (await ask(question)) endOne.mutate(id);
  }

  if (!data) return <Skeleton active title={false} />;
  return (
    <ul className={css.rows}>
      {data.items.map((session) => (
        <li key={session.id}>
          <span className={css.grow} title={session.device ?? undefined}>
            {deviceName(session.device)} {session.current ? <Tag color="green">{t("session_current")}</Tag> : null}
            <small>
              {session.address} · {t("session_used")} <When at={session.last_used_at} as="relative" />
            </small>
          </span>
          {session.current ? null : (
            <Button size="small" onClick={() => revoke(session.id)}>
              {t("session_end")}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
