import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { CAMPAIGNS } from "../campaigns/queries";
import { useAmendmentColumns } from "./columns";
import { AMENDMENT_STATES, AMENDMENTS } from "./queries";

/** 1.3.3 Requests to raise a budget, and how they were decided. */
export default function Amendments() {
  const { t } = useTranslation(["campaign_amendment", "campaign"]);
  const columns = useAmendmentColumns();
  return (
    <Page title={t("title")} about={t("about")} trail={[{ title: t("campaign:title"), to: "/marketing/campaigns" }]}>
      <ResourceTable
        at={AMENDMENTS}
        resource="campaign_amendment"
        columns={columns}
        filters={[
          {
            kind: "choice",
            key: "status",
            label: t("status"),
            options: statesOf("campaign_amendment", AMENDMENT_STATES),
          },
          { kind: "record", key: "campaign_id", label: t("campaign"), at: CAMPAIGNS },
        ]}
        views={[{ name: t("view_requested"), query: { status: "requested" } }]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.3.3" />}
      />
    </Page>
  );
}
