import { CheckOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useLanguage } from "@/i18n";
import { ClauseChip } from "@/ui/ClauseChip";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import css from "./assignments.module.css";
import { type Assignment, assignmentQuery, type Candidate } from "./queries";

/** One decision of the ledger: who could have had the lead, as the rule saw everybody then. */
export default function AssignmentPage() {
  const { t } = useTranslation("assignment");
  const has = useDuty();
  const { id = "" } = useParams({ strict: false });
  const { data: one, error } = useQuery(assignmentQuery(id));
  if (!one) return error ? <Failure error={error} /> : <Waiting />;
  const byRule = one.way === "rule";
  return (
    <Page
      title={
        one.account_name
          ? t("gave", { lead: one.lead_name, name: one.account_name })
          : t("gave_nobody", { lead: one.lead_name })
      }
      trail={[{ title: t("title"), to: "/sales/assignments" }]}
      tags={<ClauseChip clause="2.2.1" />}
      about={t("kept")}
    >
      <Section title={t("decision")}>
        <Facts
          of={[
            {
              label: t("lead"),
              value: has("lead.read") ? <Link to={`/sales/leads/${one.lead_id}`}>{one.lead_name}</Link> : one.lead_name,
            },
            { label: t("to"), value: <Person name={one.account_name} /> },
            { label: t("from"), value: one.from_account_name },
            { label: t("way"), value: t(`ways.${one.way}`) },
            {
              label: t("rule"),
              value:
                one.rule_id && has("routing_rule.read") ? (
                  <Link to={`/sales/routing-rules/${one.rule_id}`}>{one.rule_name}</Link>
                ) : (
                  one.rule_name
                ),
            },
            { label: t("by"), value: byRule ? t("by_rules") : (one.created_by_name ?? t("by_rules")) },
            { label: t("at"), value: <When at={one.created_at} as="exact" /> },
            ...(one.note ? [{ label: t("note"), value: one.note, wide: true }] : []),
          ]}
        />
      </Section>
      {byRule ? (
        <Section title={t("candidates_then")} flush>
          <Candidates of={one} />
          <p className={css.order}>{t("order")}</p>
        </Section>
      ) : null}
    </Page>
  );
}

function Candidates({ of: one }: { of: Assignment }) {
  const { t } = useTranslation("assignment");
  const language = useLanguage();
  const candidates = one.candidates as unknown as Candidate[];
  if (candidates.length === 0) {
    return <p className={css.order}>{t(one.rule_name ? "nobody_asked" : "no_rule_about")}</p>;
  }
  const territory = t(`wishes.territory.${one.terms.territory ?? "ignore"}`);
  const skill = t(`wishes.skill.${one.terms.skill ?? "ignore"}`);
  // In the order in which the rule prefers them; who could not take it stands below.
  const inOrder = [...candidates].sort(
    (a, b) =>
      Number(b.account_id === one.account_id) - Number(a.account_id === one.account_id) ||
      Number(a.excluded.length > 0) - Number(b.excluded.length > 0) ||
      a.load / a.capacity - b.load / b.capacity ||
      (a.last_assigned_at ?? "").localeCompare(b.last_assigned_at ?? "") ||
      a.draw.localeCompare(b.draw),
  );
  return (
    <table className={css.candidates}>
      <thead>
        <tr>
          <th scope="col">{t("who")}</th>
          <th scope="col" className={css.figure}>
            {t("load")}
          </th>
          <th scope="col">{territory}</th>
          <th scope="col">{skill}</th>
          <th scope="col">{t("last")}</th>
          <th scope="col">{t("draw")}</th>
          <th scope="col">{t("outcome")}</th>
        </tr>
      </thead>
      <tbody>
        {inOrder.map((person) => {
          const got = person.account_id === one.account_id;
          return (
            <tr key={person.account_id} className={got ? css.got : person.excluded.length > 0 ? css.out : undefined}>
              <th scope="row">
                <Person name={person.name} />
              </th>
              <td className={css.figure} data-label={t("load")}>
                {person.load} / {person.capacity}
              </td>
              <td data-label={territory}>
                {person.territory ? <Yes text={t("serves")} /> : <span className="z-none">–</span>}
              </td>
              <td data-label={skill}>
                {person.skill ? <Yes text={t("has_skill")} /> : <span className="z-none">–</span>}
              </td>
              <td data-label={t("last")}>
                {person.last_assigned_at ? (
                  <When at={person.last_assigned_at} />
                ) : (
                  <span className="z-none">{t("never")}</span>
                )}
              </td>
              <td data-label={t("draw")}>
                <code>{person.draw.slice(0, 6)}</code>
              </td>
              <td data-label={t("outcome")}>
                {got
                  ? t("got")
                  : person.excluded.length > 0
                    ? person.excluded.map((why) => (language === "en" ? why.en : why.zh)).join("、")
                    : t("could")}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

function Yes({ text }: { text: string }) {
  return (
    <>
      <CheckOutlined className={css.yes} aria-hidden /> {text}
    </>
  );
}
