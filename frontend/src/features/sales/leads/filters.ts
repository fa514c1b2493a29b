import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import type { Filter } from "@/ui/table/FilterBar";

/** The filters of leads, those that this person has lists to choose from for. */
export function useLeadFilters(): Filter[] {
  const { t } = useTranslation("lead");
  const has = useDuty();
  return [
    { kind: "record", key: "source_id", label: t("source"), at: "/api/v1/sales/lead-sources" },
    ...(has("channel.read")
      ? [{ kind: "record", key: "channel_id", label: t("channel"), at: "/api/v1/marketing/channels" } as const]
      : []),
    ...(has("campaign.read")
      ? [{ kind: "record", key: "campaign_id", label: t("campaign"), at: "/api/v1/marketing/campaigns" } as const]
      : []),
    ...(has("lead.assign") || !has("lead.claim")
      ? [{ kind: "record", key: "owner_id", label: t("owner"), at: "/api/v1/org/accounts" } as const]
      : []),
    { kind: "numbers", key: "score", label: t("score") },
    { kind: "dates", key: "arrived_at", label: t("arrived_at") },
  ];
}
