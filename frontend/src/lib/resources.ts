/**
 * Where a record of each resource is shown. The path of the SPA is the path of the API without `/api/v1`,
 * and the key is the resource as lifecycles, duties, events and search hits call it.
 */
const PATHS: Record<string, string> = {
  absence: "/org/absences",
  account: "/org/accounts",
  assignment: "/sales/assignments",
  campaign: "/marketing/campaigns",
  campaign_amendment: "/marketing/campaign-amendments",
  channel: "/marketing/channels",
  channel_assessment: "/marketing/channel-assessments",
  contact: "/sales/contacts",
  control: "/regulation/controls",
  customer: "/sales/customers",
  department: "/org/departments",
  duplicate: "/sales/duplicates",
  follow_up: "/sales/follow-ups",
  handover: "/org/handovers",
  holding: "/org/holdings",
  lead: "/sales/leads",
  lead_form: "/sales/forms",
  lead_import: "/sales/lead-imports",
  lead_source: "/sales/lead-sources",
  message: "/service/messages",
  opportunity: "/sales/opportunities",
  order: "/sales/orders",
  payment: "/sales/payments",
  pool: "/sales/pool",
  product: "/catalog/products",
  proposal: "/sales/proposals",
  regulation_version: "/regulation/versions",
  routing_rule: "/sales/routing-rules",
  scoring_model: "/sales/scoring-models",
  spend: "/marketing/spend",
  tracked_link: "/marketing/links",
};

/** The page of one record, or null where the resource has none of its own. */
export function recordPath(resource: string, id: string): string | null {
  const path = PATHS[resource];
  return path ? `${path}/${id}` : null;
}

/** The page of one clause of the regulation. */
export function clausePath(clause: string): string {
  return `/regulation/clauses/${clause}`;
}
