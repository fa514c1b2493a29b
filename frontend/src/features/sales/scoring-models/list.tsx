import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { ScoringModelForm } from "./form";
import { MODELS } from "./queries";

/** 4.1.2 The versions of the way in which leads are judged; one is in force. */
export default function ScoringModels() {
  const { t } = useTranslation("scoring_model");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("scoring_model.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={MODELS}
        resource="scoring_model"
        exportable={false}
        columns={[
          { key: "name", title: t("name") },
          { key: "number", title: t("number"), align: "right", width: 90, sortable: true },
          {
            key: "status",
            title: t("status"),
            width: 110,
            show: ({ status }) => <StatusTag of="scoring_model" status={status} />,
          },
          {
            key: "intent_max",
            title: t("weights"),
            align: "right",
            width: 140,
            show: ({ intent_max, fit_max }) => `${intent_max} : ${fit_max}`,
          },
          {
            key: "intent_rules",
            title: t("rules"),
            align: "right",
            width: 90,
            show: ({ intent_rules, fit_rules }) => intent_rules.length + fit_rules.length,
          },
          { key: "key_from", title: t("key_from"), align: "right", width: 130 },
          {
            key: "adopted_at",
            title: t("adopted_at"),
            width: 150,
            show: ({ adopted_at }) => <When at={adopted_at} />,
          },
          {
            key: "retired_at",
            title: t("retired_at"),
            width: 150,
            show: ({ retired_at }) => <When at={retired_at} />,
          },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.1.2" action={make} />}
      />
      <ScoringModelForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/scoring-models/${id}` })}
      />
    </Page>
  );
}
