import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { ASSIGNMENTS } from "../assignments/queries";
import { RoutingRuleForm } from "./form";
import { ruleQuery } from "./queries";
import { useCandidates, useConditions } from "./words";

/** One rule in words, and what was assigned by it. */
export default function RoutingRulePage() {
  const { t } = useTranslation(["routing_rule", "kit"]);
  const has = useDuty();
  const { id = "" } = useParams({ strict: false });
  const { data: rule, error } = useQuery(ruleQuery(id));
  const [editing, setEditing] = useState(false);
  const conditions = useConditions();
  const candidates = useCandidates();
  if (!rule) return error ? <Failure error={error} /> : <Waiting />;
  return (
    <Page
      title={rule.name}
      trail={[{ title: t("title"), to: "/sales/routing-rules" }]}
      tags={<StatusTag status={rule.active ? "active" : "retired"} />}
      about={t("tried_at", { position: rule.position })}
      actions={
        rule.actions.includes("update") ? (
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {t("kit:edit")}
          </Button>
        ) : null
      }
    >
      <Section title={t("facts")}>
        <Facts
          of={[
            { label: t("which"), value: conditions(rule), wide: true },
            { label: t("whom"), value: candidates(rule), wide: true },
            { label: t("territory"), value: t(`wishes.${rule.territory}`) },
            { label: t("skill"), value: t(`wishes.${rule.skill}`) },
            { label: t("capacity"), value: t("leads_at_a_time", { count: rule.capacity }) },
            { label: t("outside_hours"), value: t(rule.outside_hours ? "at_any_hour" : "in_working_hours") },
          ]}
        />
      </Section>
      {has("assignment.read") ? (
        <Section title={t("assigned")}>
          <ResourceTable
            at={ASSIGNMENTS}
            resource="assignment"
            columns={[
              { key: "lead_name", title: t("lead") },
              {
                key: "account_name",
                title: t("to"),
                show: ({ account_name }) => account_name ?? <span className="z-none">{t("nobody")}</span>,
              },
              { key: "created_at", title: t("at"), width: 160, show: ({ created_at }) => <When at={created_at} /> },
            ]}
            fixed={{ rule_id: id }}
            exportable={false}
            empty={<p className="z-none">{t("none_assigned")}</p>}
            embedded
          />
        </Section>
      ) : null}
      <RoutingRuleForm rule={rule} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}
