import { CopyOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { ScoringModelForm } from "./form";
import { MODELS, modelQuery, rulesOf } from "./queries";
import { RulesTable } from "./RulesTable";

/** One version: intent and fit apart, each rule in words. */
export default function ScoringModelPage() {
  const { t } = useTranslation("scoring_model");
  const has = useDuty();
  const navigate = useNavigate();
  const { id = "" } = useParams({ strict: false });
  const { data: model, error } = useQuery(modelQuery(id));
  const [editing, setEditing] = useState(false);
  const [copying, setCopying] = useState(false);
  if (!model) return error ? <Failure error={error} /> : <Waiting />;
  const rules = rulesOf(model);
  return (
    <Page
      title={model.name}
      trail={[{ title: t("title"), to: "/sales/scoring-models" }]}
      tags={<StatusTag of="scoring_model" status={model.status} />}
      about={t(`is.${model.status}`)}
      actions={
        <>
          {has("scoring_model.create") ? (
            <Button icon={<CopyOutlined />} onClick={() => setCopying(true)}>
              {t("copy")}
            </Button>
          ) : null}
          <ActionBar
            of={model}
            resource="scoring_model"
            at={MODELS}
            forms={{ adopt: { fields: <p>{t("adopt_consequence")}</p> } }}
            onEdit={() => setEditing(true)}
          />
        </>
      }
      aside={
        <>
          <Section title={t("facts")}>
            <Facts
              of={[
                { label: t("number"), value: model.number },
                { label: t("key_from"), value: t("points_from", { points: model.key_from }) },
                { label: t("adopted_at"), value: <When at={model.adopted_at} /> },
                { label: t("retired_at"), value: <When at={model.retired_at} /> },
              ]}
            />
          </Section>
          <Section title={t("history")}>
            <History at={MODELS} resource="scoring_model" id={id} />
          </Section>
        </>
      }
    >
      <Section title={t("intent_of", { most: model.intent_max })} flush>
        <RulesTable rules={rules.intent} most={model.intent_max} />
      </Section>
      <Section title={t("fit_of", { most: model.fit_max })} flush>
        <RulesTable rules={rules.fit} most={model.fit_max} />
      </Section>
      <ScoringModelForm model={model} open={editing} onClose={() => setEditing(false)} />
      <ScoringModelForm
        model={model}
        asNew
        open={copying}
        onClose={() => setCopying(false)}
        onDone={(made) => navigate({ to: `/sales/scoring-models/${made.id}` })}
      />
    </Page>
  );
}
