import { SafetyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useListed } from "@/i18n/listed";
import { ClauseChip } from "@/ui/ClauseChip";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import css from "./audit.module.css";
import { ChainHead, useVerify } from "./ChainHead";
import { Entry } from "./Entry";
import { AUDIT, type AuditEntry } from "./queries";
import { useActionWord, useResourceWord } from "./words";

const ACTIONS = [
  "create",
  "update",
  "delete",
  "approve",
  "assign",
  "reveal",
  "export",
  "denied",
  "sign-in",
  "reset-sign-in",
  "verify",
  "rotate",
];

/** 7.3.1 The trail: who did what to which record, by which clauses; and whether its chain is whole. */
export default function Audit() {
  const { t } = useTranslation(["audit", "field"]);
  const actionWord = useActionWord();
  const resourceWord = useResourceWord();
  const [entry, setEntry] = useState<AuditEntry | null>(null);
  const listed = useListed();
  const verify = useVerify();
  return (
    <Page
      title={t("title")}
      about={t("about")}
      tags={<ClauseChip clause="7.3.1" />}
      actions={
        verify.may ? (
          <Button type="primary" icon={<SafetyOutlined />} loading={verify.busy} onClick={verify.start}>
            {t("verify")}
          </Button>
        ) : null
      }
    >
      <ChainHead />
      <ResourceTable
        at={AUDIT}
        resource="audit"
        sort="-id"
        to={() => null}
        columns={[
          {
            key: "action",
            title: t("action"),
            width: 130,
            show: (one) => (
              <button type="button" className={css.open} onClick={() => setEntry(one)}>
                {actionWord(one.action)}
              </button>
            ),
          },
          { key: "resource", title: t("resource"), width: 170, show: ({ resource }) => resourceWord(resource) },
          {
            key: "account_name",
            title: t("who"),
            width: 150,
            show: ({ account_name }) =>
              account_name ? <Person name={account_name} /> : <span className="z-none">{t("rules")}</span>,
          },
          {
            key: "changes",
            title: t("what"),
            show: (one) => (
              <span className={css.fields}>
                {listed(Object.keys(one.changes).map((field) => t(`field:${field}`, { defaultValue: field }))) || "–"}
              </span>
            ),
          },
          {
            key: "clauses",
            title: t("clauses"),
            width: 150,
            show: ({ clauses }) => (
              <span className={css.chips}>
                {clauses.map((clause) => (
                  <ClauseChip key={clause} clause={clause} />
                ))}
              </span>
            ),
          },
          { key: "address", title: t("address"), width: 130, hidden: true },
          { key: "at", title: t("at"), width: 150, show: ({ at }) => <When at={at} /> },
        ]}
        filters={[
          {
            kind: "choice",
            key: "action",
            label: t("action"),
            options: ACTIONS.map((value) => ({ value, label: actionWord(value) })),
          },
          { kind: "record", key: "account_id", label: t("who"), at: "/api/v1/org/accounts" },
          { kind: "dates", key: "at", label: t("at") },
        ]}
        views={[
          { name: t("view_denied"), query: { action: "denied" } },
          { name: t("view_reveal"), query: { action: "reveal,export" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="7.3.1" />}
      />
      <Entry of={entry} onClose={() => setEntry(null)} />
    </Page>
  );
}
