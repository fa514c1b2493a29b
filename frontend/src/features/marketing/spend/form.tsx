import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Form, type FormInstance, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { dayOf } from "@/lib/time";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import { Money } from "@/ui/Money";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import { CAMPAIGNS, type CampaignRow, campaignQuery } from "../campaigns/queries";
import type { Spend, SpendIn } from "./queries";

interface Props {
  /** The campaign that it cost for, where it is known already. */
  campaign?: Pick<CampaignRow, "id" | "name">;
  open: boolean;
  onClose: () => void;
}

// What has a budget: drafts have none yet.
const WITH_BUDGET = { status: "approved,running,paused,finished,reviewed,cancelled" };

export function SpendForm({ campaign, open, onClose }: Props) {
  const { t } = useTranslation("spend");
  const queries = useQueryClient();
  const today = dayOf(Date.now());
  return (
    <FormDrawer<SpendIn, Spend>
      title={t("new")}
      submit={t("new")}
      open={open}
      onClose={onClose}
      initial={{ campaign_id: campaign?.id, day: today }}
      onSubmit={(body) => ok(api.POST("/api/v1/marketing/spend", { body }))}
      onDone={async () => {
        await queries.invalidateQueries({ queryKey: ["spend"] });
        await queries.invalidateQueries({ queryKey: ["campaign"] });
      }}
    >
      {(form) => (
        <>
          <Form.Item
            name="campaign_id"
            label={t("campaign")}
            rules={[{ required: true, message: t("campaign_needed") }]}
            extra={<Left form={form} />}
          >
            <RecordSelect
              at={CAMPAIGNS}
              query={WITH_BUDGET}
              titleOf={({ name }) => name}
              chosen={campaign ? { id: campaign.id, title: campaign.name } : null}
              placeholder={t("campaign_choose")}
              disabled={campaign !== undefined}
            />
          </Form.Item>
          <Form.Item name="day" label={t("day")} rules={[{ required: true, message: t("day_needed") }]}>
            <DayInput max={today} />
          </Form.Item>
          <Form.Item name="amount" label={t("amount")} rules={[{ required: true, message: t("amount_needed") }]}>
            <MoneyInput />
          </Form.Item>
          <Form.Item name="note" label={t("note")} normalize={(text: string) => text || undefined}>
            <Input.TextArea rows={3} maxLength={1000} placeholder={t("note_example")} />
          </Form.Item>
          <p className="z-none">{t("never_edited")}</p>
        </>
      )}
    </FormDrawer>
  );
}

function Left({ form }: { form: FormInstance<SpendIn> }) {
  const { t } = useTranslation("spend");
  const id = Form.useWatch("campaign_id", form);
  const { data } = useQuery({ ...campaignQuery(id ?? ""), enabled: Boolean(id) });
  if (!data) return null;
  return (
    <>
      {t("left")} <Money amount={data.left} />
    </>
  );
}
