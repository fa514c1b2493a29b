import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ClauseChip } from "@/ui/ClauseChip";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import { ControlCard } from "./ControlCard";
import { controlQuery } from "./queries";

/** One control: what it measured, how that went, and the records behind it. */
export default function ControlPage() {
  const { t } = useTranslation("control");
  const { id = "" } = useParams({ strict: false });
  const { data: control, error } = useQuery(controlQuery(id));
  if (error) return <Failure error={error} />;
  if (!control) return <Waiting />;
  return (
    <Page
      width="reading"
      title={control.title}
      trail={[{ title: t("title"), to: "/regulation/controls" }]}
      tags={<ClauseChip clause={control.clause} />}
    >
      <Section>
        <ControlCard of={control} opened />
      </Section>
    </Page>
  );
}
