import { useMutation } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { showDone, warn } from "@/ui/notices";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";

/** The trail: who did what to which record, by which clauses; and whether its chain is whole. */
export default function Audit() {
  const { t } = useTranslation("audit");
  const has = useDuty();
  const verify = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/tech/audit/verify")),
    onSuccess: (result) => ((result as { whole?: boolean }).whole === false ? warn(t("broken")) : showDone(t("whole"))),
  });
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        has("audit_chain.verify") ? (
          <Button loading={verify.isPending} onClick={() => verify.mutate()}>
            {t("verify")}
          </Button>
        ) : null
      }
    >
      <ResourceTable
        at="/api/v1/tech/audit"
        resource="audit"
        to={() => null}
        columns={[
          { key: "action", title: t("action"), width: 120 },
          { key: "resource", title: t("resource"), width: 200 },
          { key: "account_name", title: t("who"), show: (entry) => <Person name={entry.account_name} /> },
          { key: "clauses", title: t("clauses"), show: (entry) => entry.clauses.join("、") },
          { key: "address", title: t("address"), width: 140 },
          { key: "at", title: t("at"), width: 160, show: (entry) => <When at={entry.at} /> },
        ]}
      />
    </Page>
  );
}
