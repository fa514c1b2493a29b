import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Form, type FormInstance, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { CAMPAIGNS, type CampaignRow, campaignQuery } from "../campaigns/queries";
import { channelQuery } from "../channels/queries";
import css from "./form.module.css";
import type { TrackedLink, TrackedLinkIn } from "./queries";

interface Props {
  /** The campaign that the link counts for, where it is known already. */
  campaign?: Pick<CampaignRow, "id" | "name">;
  /** Where it leads, where that is known already. */
  target?: string;
  open: boolean;
  onClose: () => void;
  onDone?: (made: TrackedLink) => void;
}

/** What takes links, as the API says. */
const TAKING_LINKS = { status: "approved,running" };
// utm_medium by the campaign's kind, where the link names none.
const MEDIA: Record<string, string> = {
  seo: "organic",
  sem: "cpc",
  social: "social",
  content: "content",
  email: "email",
  event: "event",
  live: "live",
};

export function LinkForm({ campaign, target, open, onClose, onDone }: Props) {
  const { t } = useTranslation("tracked_link");
  const queries = useQueryClient();
  const none = (text: string) => text || undefined;
  return (
    <FormDrawer<TrackedLinkIn, TrackedLink>
      title={t("new")}
      submit={t("new")}
      width={600}
      open={open}
      onClose={onClose}
      initial={{ campaign_id: campaign?.id, target_url: target }}
      onSubmit={(body) => ok(api.POST("/api/v1/marketing/links", { body }))}
      onDone={async (made) => {
        await queries.invalidateQueries({ queryKey: ["tracked_link"] });
        onDone?.(made);
      }}
    >
      {(form) => (
        <>
          <Form.Item
            name="campaign_id"
            label={t("campaign")}
            extra={campaign ? null : t("campaign_about")}
            rules={[{ required: true, message: t("campaign_needed") }]}
          >
            <RecordSelect
              at={CAMPAIGNS}
              query={TAKING_LINKS}
              titleOf={({ name }) => name}
              chosen={campaign ? { id: campaign.id, title: campaign.name } : null}
              placeholder={t("campaign_choose")}
              disabled={campaign !== undefined}
            />
          </Form.Item>
          <Form.Item
            name="name"
            label={t("name")}
            rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
          >
            <Input maxLength={200} placeholder={t("name_example")} autoFocus />
          </Form.Item>
          <Form.Item
            name="target_url"
            label={t("target_url")}
            rules={[
              { required: true, message: t("target_needed") },
              { pattern: /^https?:\/\/\S+$/, message: t("target_whole") },
            ]}
          >
            <Input type="url" maxLength={2000} placeholder="https://www.example.com/landing" />
          </Form.Item>
          <div className={css.three}>
            <Form.Item name="utm_medium" label="utm_medium" normalize={none}>
              <Input maxLength={100} placeholder={t("by_kind")} />
            </Form.Item>
            <Form.Item name="utm_content" label="utm_content" normalize={none}>
              <Input maxLength={100} placeholder="poster-a" />
            </Form.Item>
            <Form.Item name="utm_term" label="utm_term" normalize={none}>
              <Input maxLength={100} placeholder={t("term_example")} />
            </Form.Item>
          </div>
          <Preview form={form} />
        </>
      )}
    </FormDrawer>
  );
}

// What a visitor's browser will open, so that who makes the link sees what the page and the reports will know.
function Preview({ form }: { form: FormInstance<TrackedLinkIn> }) {
  const { t } = useTranslation("tracked_link");
  const link = Form.useWatch([], form) as Partial<TrackedLinkIn> | undefined;
  const { data: campaign } = useQuery({
    ...campaignQuery(link?.campaign_id ?? ""),
    enabled: Boolean(link?.campaign_id),
  });
  const { data: channel } = useQuery({ ...channelQuery(campaign?.channel_id ?? ""), enabled: campaign !== undefined });
  if (!campaign || !channel || !link?.target_url || !URL.canParse(link.target_url)) return null;
  const address = new URL(link.target_url);
  const said = {
    utm_source: channel.code,
    utm_medium: link.utm_medium || (MEDIA[campaign.kind] ?? ""),
    utm_campaign: campaign.code,
    utm_content: link.utm_content,
    utm_term: link.utm_term,
  };
  for (const [name, value] of Object.entries(said)) if (value) address.searchParams.set(name, value);
  return (
    <div className={css.preview}>
      <span>{t("leads_to")}</span>
      <code>{decodeURI(address.href)}</code>
    </div>
  );
}
