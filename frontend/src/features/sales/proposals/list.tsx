import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { useProposalColumns } from "./columns";
import { PROPOSAL_STATES, PROPOSALS } from "./queries";

/** 4.2.2 Proposals: written in the page of their opportunity. */
export default function Proposals() {
  const { t } = useTranslation("proposal");
  const has = useDuty();
  const columns = useProposalColumns();
  const toOpportunities = has("proposal.create") ? (
    <LinkButton to="/sales/opportunities">{t("to_opportunities")}</LinkButton>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={toOpportunities}>
      <ResourceTable
        at={PROPOSALS}
        resource="proposal"
        search={t("search")}
        columns={columns}
        filters={[
          { kind: "choice", key: "status", label: t("status"), options: statesOf("proposal", PROPOSAL_STATES) },
          { kind: "numbers", key: "total", label: t("total") },
          { kind: "dates", key: "valid_until", label: t("valid_until") },
        ]}
        views={[
          { name: t("view_submitted"), query: { status: "submitted" } },
          { name: t("view_to_send"), query: { status: "draft,approved,returned" } },
          { name: t("view_sent"), query: { status: "sent" } },
          { name: t("view_accepted"), query: { status: "accepted" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.2.2" action={toOpportunities} />}
      />
    </Page>
  );
}
