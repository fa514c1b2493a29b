import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button, Checkbox, Form } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { recordPath } from "@/lib/resources";
import { ActionBar } from "@/ui/ActionBar";
import { Empty } from "@/ui/Empty";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { Telephone } from "@/ui/Telephone";
import { History } from "@/ui/Timeline";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { useAbsenceColumns } from "../absences/columns";
import { ABSENCES } from "../absences/queries";
import { useHoldingColumns } from "../holdings/columns";
import { HoldingForm } from "../holdings/form";
import { HOLDINGS } from "../holdings/queries";
import { Nothing } from "../Nothing";
import { AccountForm } from "./form";
import { OneTime } from "./OneTime";
import { ACCOUNTS, type Account, accountQuery, type OneTimePassword } from "./queries";

/** A colleague: where he belongs, which posts he holds, when he is away, and his sign-in. */
export default function AccountPage() {
  const { t } = useTranslation("account");
  const { id = "" } = useParams({ strict: false });
  const { data: account, error } = useQuery(accountQuery(id));
  const [editing, setEditing] = useState(false);
  const [oneTime, setOneTime] = useState<OneTimePassword | null>(null);
  if (error) return <Failure error={error} />;
  if (!account) return <Waiting />;
  const leader = account.leader_id ? recordPath("account", account.leader_id) : null;
  const department = account.department_id ? recordPath("department", account.department_id) : null;
  return (
    <Page
      title={account.name}
      trail={[{ title: t("title"), to: "/org/accounts" }]}
      tags={<StatusTag of="account" status={account.status} />}
      actions={
        <ActionBar<Account>
          of={account}
          resource="account"
          at={ACCOUNTS}
          onEdit={() => setEditing(true)}
          consequences={{ disable: t("disable_consequence") }}
          forms={{
            reset: {
              fields: (
                <>
                  <p>{t("reset_about")}</p>
                  <Form.Item name="second_factor" valuePropName="checked" extra={t("second_factor_about")}>
                    <Checkbox>{t("second_factor_too")}</Checkbox>
                  </Form.Item>
                </>
              ),
              body: ({ second_factor }) => ({ second_factor: second_factor === true }),
            },
          }}
          onDone={(answer, verb) => {
            // A reset answers the password, not the person.
            if (verb === "reset") setOneTime(answer as unknown as OneTimePassword);
          }}
        />
      }
      aside={
        <Section title={t("history")}>
          <History at={ACCOUNTS} resource="account" id={id} />
        </Section>
      }
    >
      <Section>
        <Facts
          of={[
            { label: t("login"), value: account.login },
            {
              label: t("department"),
              value: department ? <Link to={department}>{account.department_name}</Link> : null,
            },
            { label: t("leader"), value: leader ? <Link to={leader}>{account.leader_name}</Link> : null },
            { label: t("phone"), value: account.phone_masked ? <Telephone masked={account.phone_masked} /> : null },
            { label: t("email"), value: account.email_masked },
            { label: t("region"), value: account.region },
            { label: t("skills"), value: account.skills },
          ]}
        />
      </Section>
      <Posts of={account} />
      <Absences of={account} />
      <AccountForm account={account} open={editing} onClose={() => setEditing(false)} />
      <OneTime of={oneTime} name={account.name} onClose={() => setOneTime(null)} />
    </Page>
  );
}

function Posts({ of: account }: { of: Account }) {
  const { t } = useTranslation("account");
  const has = useDuty();
  const [appointing, setAppointing] = useState(false);
  return (
    <Section
      title={t("posts_held")}
      flush
      extra={
        has("holding.create") && account.status === "active" ? (
          <Button size="small" icon={<PlusOutlined />} onClick={() => setAppointing(true)}>
            {t("appoint")}
          </Button>
        ) : null
      }
    >
      <ResourceTable
        at={HOLDINGS}
        resource="holding"
        columns={useHoldingColumns().filter(({ key }) => key !== "account_name")}
        fixed={{ account_id: account.id }}
        exportable={false}
        embedded
        empty={<Empty title={t("no_posts")} about={t("no_posts_about")} clause="1.2" />}
      />
      <HoldingForm
        person={{ id: account.id, title: account.name }}
        open={appointing}
        onClose={() => setAppointing(false)}
      />
    </Section>
  );
}

function Absences({ of: account }: { of: Account }) {
  const { t } = useTranslation("account");
  return (
    <Section title={t("absences")} flush>
      <ResourceTable
        at={ABSENCES}
        resource="absence"
        columns={useAbsenceColumns().filter(({ key }) => key !== "account_name")}
        fixed={{ account_id: account.id }}
        exportable={false}
        embedded
        empty={<Nothing text={t("no_absences")} />}
      />
    </Section>
  );
}
