import { useQueryClient } from "@tanstack/react-query";
import { Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { Money } from "@/ui/Money";
import { MoneyInput } from "@/ui/MoneyInput";
import type { CampaignRow } from "../campaigns/queries";
import type { Amendment, AmendmentIn } from "./queries";

interface Props {
  campaign: CampaignRow;
  open: boolean;
  onClose: () => void;
  onDone?: (made: Amendment) => void;
}

type Asked = Pick<AmendmentIn, "budget" | "reason">;

/** Asks for a higher budget; the present one stands until somebody else has approved it. */
export function AmendmentForm({ campaign, open, onClose, onDone }: Props) {
  const { t } = useTranslation("campaign_amendment");
  const queries = useQueryClient();
  return (
    <FormDrawer<Asked, Amendment>
      title={t("new")}
      submit={t("new")}
      open={open}
      onClose={onClose}
      onSubmit={(asked) =>
        ok(api.POST("/api/v1/marketing/campaign-amendments", { body: { campaign_id: campaign.id, ...asked } }))
      }
      onDone={async (made) => {
        await queries.invalidateQueries({ queryKey: ["campaign_amendment"] });
        onDone?.(made);
      }}
    >
      <Form.Item
        name="budget"
        label={t("budget")}
        rules={[{ required: true, message: t("budget_needed") }]}
        extra={
          <>
            {t("budget_present")} <Money amount={campaign.budget} />
          </>
        }
      >
        <MoneyInput />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t("reason")}
        rules={[{ required: true, whitespace: true, message: t("reason_needed") }]}
      >
        <Input.TextArea rows={4} maxLength={1000} showCount placeholder={t("reason_example")} />
      </Form.Item>
    </FormDrawer>
  );
}
