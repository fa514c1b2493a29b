import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Alert, Progress } from "antd";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useLanguage } from "@/i18n";
import { date } from "@/lib/time";
import { ActionBar } from "@/ui/ActionBar";
import { Failure } from "@/ui/Failure";
import { Kpis } from "@/ui/Kpi";
import { Lifecycle } from "@/ui/Lifecycle";
import { LinkButton } from "@/ui/LinkButton";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { MappingForm } from "./MappingForm";
import { PreviewRows } from "./PreviewRows";
import { IMPORTS, importQuery, WORKING } from "./queries";

const WAY = ["uploaded", "previewing", "previewed", "importing", "imported"];

/** One import on its way: what the columns mean, what will become of each row, how far it is, and the way back. */
export default function ImportPage() {
  const { t } = useTranslation("lead_import");
  const has = useDuty();
  const language = useLanguage();
  const { id = "" } = useParams({ strict: false });
  const { data: of, error } = useQuery(importQuery(id));
  if (error) return <Failure error={error} />;
  if (!of) return <Waiting />;
  const mapping = of.status === "uploaded" || of.status === "previewed";
  const share = of.rows > 0 ? Math.floor((100 * of.done_rows) / of.rows) : undefined;
  return (
    <Page
      title={of.filename}
      trail={[{ title: t("title"), to: "/sales/lead-imports" }]}
      tags={<StatusTag of="lead_import" status={of.status} />}
      about={t(`next_step.${of.status}`, { defaultValue: "" })}
      actions={
        <>
          {of.status === "imported" && has("lead.read") ? (
            <LinkButton to="/sales/leads" search={{ import_id: id } as never}>
              {t("to_leads")}
            </LinkButton>
          ) : null}
          <ActionBar
            of={of}
            resource="lead_import"
            at={IMPORTS}
            without={["map"]}
            consequences={{ undo: t("undo_consequence") }}
          />
        </>
      }
      aside={
        <Section title={t("history")}>
          <History at={IMPORTS} resource="lead_import" id={id} />
        </Section>
      }
    >
      <Section>
        <Lifecycle resource="lead_import" path={WAY} status={of.status} />
      </Section>
      {of.trouble_zh ? <Alert type="error" showIcon title={language === "en" ? of.trouble_en : of.trouble_zh} /> : null}
      {of.file_removed_at ? (
        <Alert type="info" showIcon title={t("file_removed", { day: date(of.file_removed_at, language) })} />
      ) : null}
      {WORKING.has(of.status) ? (
        <Section title={t(`doing_${of.status as "previewing"}`)}>
          <Progress percent={share ?? 0} showInfo={share !== undefined} status="active" aria-label={t("progress")} />
          <p>{t("done_rows", { count: of.done_rows })}</p>
        </Section>
      ) : null}
      {of.rows > 0 ? (
        <Kpis
          of={[
            { label: t("create"), value: of.to_create, tone: "good" },
            { label: t("update"), value: of.to_update },
            { label: t("skip"), value: of.to_skip },
            { label: t("refuse"), value: of.refused, tone: of.refused > 0 ? "bad" : undefined },
          ]}
        />
      ) : null}
      {of.status === "undone" ? (
        <Alert type="info" showIcon title={t("undone", { back: of.taken_back, kept: of.kept_back })} />
      ) : null}
      {of.rows > 0 && of.status !== "previewing" ? <PreviewRows of={of} /> : null}
      {mapping && !of.file_removed_at && of.actions.includes("map") ? <MappingForm of={of} key={of.version} /> : null}
    </Page>
  );
}
