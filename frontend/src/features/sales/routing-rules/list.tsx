import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { RoutingRuleForm } from "./form";
import { RULES } from "./queries";
import { useCandidates, useConditions } from "./words";

/** 2.2.1, 4.1.2 By which rules leads are assigned, in the order in which they are tried. */
export default function RoutingRules() {
  const { t } = useTranslation("routing_rule");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const conditions = useConditions();
  const candidates = useCandidates();
  const make = has("routing_rule.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <>
          {has("assignment.read") ? <LinkButton to="/sales/assignments">{t("ledger")}</LinkButton> : null}
          {make}
        </>
      }
    >
      <ResourceTable
        at={RULES}
        resource="routing_rule"
        exportable={false}
        columns={[
          { key: "name", title: t("name"), width: 200 },
          { key: "position", title: t("position"), align: "right", width: 90, sortable: true },
          { key: "regions", title: t("which"), show: (rule) => conditions(rule) },
          { key: "post", title: t("whom"), show: (rule) => candidates(rule) },
          { key: "territory", title: t("territory"), width: 110, show: ({ territory }) => t(`wishes.${territory}`) },
          { key: "skill", title: t("skill"), width: 110, show: ({ skill }) => t(`wishes.${skill}`) },
          { key: "capacity", title: t("capacity"), align: "right", width: 110 },
          {
            key: "active",
            title: t("state"),
            width: 100,
            show: ({ active }) => <StatusTag status={active ? "active" : "retired"} />,
          },
        ]}
        to={({ id }) => `/sales/routing-rules/${id}`}
        filters={[{ kind: "yes_no", key: "active", label: t("active") }]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="2.2.1" action={make} />}
      />
      <RoutingRuleForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/routing-rules/${id}` })}
      />
    </Page>
  );
}
