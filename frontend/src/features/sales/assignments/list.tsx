import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { currentSession } from "@/api/session";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import css from "./assignments.module.css";
import { ASSIGNMENT_WAYS, ASSIGNMENTS, type Candidate } from "./queries";

/** 2.2.1, 1.3.4 The fairness ledger: who got which lead, how, and among how many. */
export default function Assignments() {
  const { t } = useTranslation("assignment");
  const has = useDuty();
  const session = currentSession();
  const me = session.state === "in" ? session.account.id : "";
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={has("routing_rule.read") ? <LinkButton to="/sales/routing-rules">{t("rules")}</LinkButton> : null}
    >
      <ResourceTable
        at={ASSIGNMENTS}
        resource="assignment"
        columns={[
          { key: "lead_name", title: t("lead") },
          {
            key: "account_name",
            title: t("to"),
            width: 160,
            show: ({ account_name }) =>
              account_name ? <Person name={account_name} /> : <span className={css.nobody}>{t("nobody")}</span>,
          },
          {
            key: "way",
            title: t("way"),
            width: 240,
            show: ({ way, rule_name }) => (way === "rule" ? (rule_name ?? t("no_rule")) : t(`ways.${way}`)),
          },
          {
            key: "candidates",
            title: t("candidates"),
            align: "right",
            width: 110,
            show: ({ candidates, way }) => {
              if (way !== "rule") return <span className="z-none">–</span>;
              const able = (candidates as unknown as Candidate[]).filter(({ excluded }) => excluded.length === 0);
              return `${able.length} / ${candidates.length}`;
            },
          },
          {
            key: "from_account_name",
            title: t("from"),
            width: 130,
            show: ({ from_account_name }) => from_account_name ?? <span className="z-none">–</span>,
          },
          { key: "note", title: t("note"), hidden: true },
          {
            key: "created_at",
            title: t("at"),
            width: 140,
            show: ({ created_at }) => <When at={created_at} />,
          },
        ]}
        filters={[
          {
            kind: "choice",
            key: "way",
            label: t("way"),
            options: ASSIGNMENT_WAYS.map((way) => ({ value: way, label: t(`ways.${way}`) })),
          },
          { kind: "record", key: "account_id", label: t("to"), at: "/api/v1/org/accounts" },
          { kind: "record", key: "rule_id", label: t("rule"), at: "/api/v1/sales/routing-rules" },
          { kind: "dates", key: "created_at", label: t("at") },
        ]}
        views={[
          { name: t("view_mine"), query: { account_id: me } },
          { name: t("view_rule"), query: { way: "rule" } },
          { name: t("view_hand"), query: { way: "hand" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="2.2.1" />}
      />
    </Page>
  );
}
