import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { usePostTitle } from "@/features/org/posts/queries";
import { readPage } from "@/ui/table/listing";
import type { RoutingRuleRow } from "./queries";

/** Which leads a rule is about, in words. */
export function useConditions(): (rule: RoutingRuleRow) => string {
  const { t } = useTranslation("routing_rule");
  const sources = useNames("/api/v1/sales/lead-sources", "lead_source.read");
  const channels = useNames("/api/v1/marketing/channels", "channel.read");
  return (rule) => {
    const said = [
      rule.regions.length > 0 ? t("in_regions", { regions: rule.regions.join("、") }) : null,
      rule.products.length > 0 ? t("about_products", { products: rule.products.join("、") }) : null,
      rule.source_ids.length > 0 ? t("from_sources", { sources: sources(rule.source_ids) }) : null,
      rule.channel_ids.length > 0 ? t("by_channels", { channels: channels(rule.channel_ids) }) : null,
      rule.min_score > 0 || rule.max_score < 100 ? t("scored", { from: rule.min_score, to: rule.max_score }) : null,
    ].filter(Boolean);
    return said.length > 0 ? said.join(t("and")) : t("every_lead");
  };
}

/** Whom a rule may give leads to, in words. */
export function useCandidates(): (rule: RoutingRuleRow) => string {
  const { t } = useTranslation("routing_rule");
  const people = useNames("/api/v1/org/accounts", "account.read");
  const titleOf = usePostTitle();
  return (rule) => {
    if (rule.account_ids.length > 0) return people(rule.account_ids);
    const post = titleOf(rule.post);
    return rule.department_name ? t("post_in", { post, department: rule.department_name }) : t("post_in_own", { post });
  };
}

// A company has tens of sources and channels, and its salespeople fit one page: their names are read once.
function useNames(
  at: "/api/v1/sales/lead-sources" | "/api/v1/marketing/channels" | "/api/v1/org/accounts",
  duty: string,
): (ids: string[]) => string {
  const { t } = useTranslation("routing_rule");
  const has = useDuty();
  const { data } = useQuery({
    queryKey: ["choice", at, "names"],
    queryFn: () => readPage(at, { limit: "200" }),
    enabled: has(duty),
    staleTime: 60_000,
  });
  const names = new Map((data?.items ?? []).map(({ id, name }) => [id, name]));
  return (ids) => {
    const known = ids.flatMap((id) => names.get(id) ?? []);
    return known.length === ids.length
      ? known.join("、")
      : [...known, t("others", { count: ids.length - known.length })].join("、");
  };
}
