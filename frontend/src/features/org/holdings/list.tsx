import { PlusOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { dayOf } from "@/lib/time";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { usePostOptions } from "../posts/queries";
import { useHoldingColumns } from "./columns";
import { HoldingForm } from "./form";
import { HOLDINGS } from "./queries";

const SOON_MS = 30 * 86_400_000;

/** 1.2 Who holds which post, from when to when. */
export default function Holdings() {
  const { t } = useTranslation("holding");
  const has = useDuty();
  const posts = usePostOptions();
  const [appointing, setAppointing] = useState(false);
  const make = has("holding.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setAppointing(true)}>
      {t("new")}
    </Button>
  ) : null;
  const today = dayOf(Date.now());
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={HOLDINGS}
        resource="holding"
        columns={useHoldingColumns()}
        filters={[
          { kind: "choice", key: "post", label: t("post"), options: posts },
          { kind: "record", key: "account_id", label: t("person"), at: "/api/v1/org/accounts" },
          { kind: "dates", key: "begins_on", label: t("begins_on") },
        ]}
        views={[{ name: t("view_ending"), query: { ends_on_from: today, ends_on_to: dayOf(Date.now() + SOON_MS) } }]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.2" action={make} />}
      />
      <HoldingForm open={appointing} onClose={() => setAppointing(false)} />
    </Page>
  );
}
