import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { recordPath } from "@/lib/resources";
import { useNow } from "@/lib/screen";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { stateOf } from "./columns";
import { ABSENCES, absenceQuery } from "./queries";

/** One absence: who is away, from when to when, and who stands in. */
export default function AbsencePage() {
  const { t } = useTranslation("absence");
  const { id = "" } = useParams({ strict: false });
  const now = useNow();
  const { data: absence, error } = useQuery(absenceQuery(id));
  if (error) return <Failure error={error} />;
  if (!absence) return <Waiting />;
  return (
    <Page
      width="reading"
      title={t("of", { name: absence.account_name ?? "", kind: t(`kinds.${absence.kind}`) })}
      trail={[{ title: t("title"), to: "/org/absences" }]}
      tags={<StatusTag of="absence" status={stateOf(absence, now)} />}
      actions={
        <ActionBar of={absence} resource="absence" at={ABSENCES} consequences={{ cancel: t("cancel_consequence") }} />
      }
    >
      <Section>
        <Facts
          of={[
            { label: t("person"), value: <ToPerson id={absence.account_id} name={absence.account_name} /> },
            {
              label: t("delegate"),
              value: absence.delegate_id ? (
                <ToPerson id={absence.delegate_id} name={absence.delegate_name} />
              ) : (
                t("no_delegate")
              ),
            },
            { label: t("begins_at"), value: <When at={absence.begins_at} as="exact" /> },
            { label: t("ends_at"), value: <When at={absence.ends_at} as="exact" /> },
          ]}
        />
      </Section>
      <Section title={t("history")}>
        <History at={ABSENCES} resource="absence" id={id} />
      </Section>
    </Page>
  );
}

function ToPerson({ id, name }: { id: string; name: string | null }) {
  return (
    <Link to={recordPath("account", id) ?? "/org/accounts"}>
      <Person name={name} />
    </Link>
  );
}
