import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Alert } from "antd";
import { useTranslation } from "react-i18next";
import { ActionBar } from "@/ui/ActionBar";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { called, leadQuery } from "../leads/queries";
import { Join } from "./Join";
import { Merge } from "./Merge";
import { DUPLICATES, type Duplicate, duplicateQuery } from "./queries";
import { useWhy } from "./why";

/** One pair: the two side by side, and a choice of every field. */
export default function DuplicatePage() {
  const { t } = useTranslation("duplicate");
  const { id = "" } = useParams({ strict: false });
  const { data: pair, error } = useQuery(duplicateQuery(id));
  const why = useWhy();
  if (!pair) return error ? <Failure error={error} /> : <Waiting />;
  return (
    <Page
      title={called(pair.lead_name, pair.lead_company)}
      trail={[{ title: t("title"), to: "/sales/duplicates" }]}
      tags={<StatusTag of="duplicate" status={pair.status} />}
      about={why(pair)}
      actions={
        <ActionBar
          of={pair}
          resource="duplicate"
          at={DUPLICATES}
          without={["merge"]}
          consequences={{ undo: t("undo_consequence"), dismiss: t("dismiss_consequence") }}
        />
      }
      aside={
        <Section title={t("history")}>
          <History at={DUPLICATES} resource="duplicate" id={id} />
        </Section>
      }
    >
      {pair.customer_id ? <Join pair={pair} /> : <Two pair={pair} />}
    </Page>
  );
}

function Two({ pair }: { pair: Duplicate }) {
  const { t } = useTranslation("duplicate");
  const lead = useQuery(leadQuery(pair.lead_id));
  const other = useQuery({ ...leadQuery(pair.other_id ?? ""), enabled: pair.other_id !== null });
  if (lead.isPending || other.isPending) return <Waiting />;
  if (lead.data && other.data) return <Merge pair={pair} lead={lead.data} other={other.data} />;
  // One of the two is a colleague's, or nobody's: it is not shown, and so not decided here.
  return (
    <Alert
      type="info"
      showIcon
      title={t("out_of_reach")}
      description={
        <>
          <p>
            {pair.other_owner_name ? t("held_by", { name: pair.other_owner_name }) : t("held_by_nobody")}
            {"："}
            {called(pair.other_name, pair.other_company)} {pair.other_phone_masked}
          </p>
          <p>{t("out_of_reach_about")}</p>
          <Link to={`/sales/leads/${pair.lead_id}`}>{t("to_lead")}</Link>
        </>
      }
    />
  );
}
