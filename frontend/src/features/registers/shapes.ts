/** What a plain page cannot know from the contract. */
export interface Shape {
  resource: string;
  /** The path of its pages. */
  path: string;
  /** The clause that its empty list teaches. */
  clause: string;
  /** The columns of its list; the first names the record. */
  columns: string[];
  states?: string[];
  sort?: string;
  /** Lists of other registers that belong to a record: their resource, and the filter that takes its id. */
  related?: [resource: string, filter: string][];
  /** Verbs that can be taken although they are no steps, such as `assign`. */
  others?: string[];
}

/** The registers whose pages need no more than the contract, in the order of the regulation. */
export const SHAPES: Shape[] = [
  {
    resource: "lead_source",
    path: "/sales/lead-sources",
    clause: "4.1.1",
    columns: ["name", "code", "kind", "channel_name", "active"],
  },
  {
    resource: "lead_form",
    path: "/sales/forms",
    clause: "4.1.1",
    columns: ["title", "key", "status", "source_name", "campaign_name", "published_at"],
    states: ["draft", "published", "closed"],
  },
  {
    resource: "lead",
    path: "/sales/leads",
    clause: "4.1.1",
    columns: [
      "name",
      "company",
      "status",
      "score",
      "source_name",
      "region",
      "owner_name",
      "next_contact_at",
      "arrived_at",
    ],
    states: [
      "new",
      "screening",
      "qualified",
      "assigned",
      "contacted",
      "nurturing",
      "pool",
      "converted",
      "lost",
      "disqualified",
    ],
    related: [
      ["follow_up", "lead_id"],
      ["duplicate", "lead_id"],
      ["assignment", "lead_id"],
    ],
    others: ["assign"],
  },
  {
    resource: "pool",
    path: "/sales/pool",
    clause: "2.2.1",
    columns: ["name", "company", "status", "score", "source_name", "region", "arrived_at"],
  },
  {
    resource: "duplicate",
    path: "/sales/duplicates",
    clause: "4.4.3",
    columns: ["lead_name", "other_name", "customer_name", "reason", "score", "status", "created_at"],
    states: ["open", "merged", "dismissed"],
  },
  {
    resource: "scoring_model",
    path: "/sales/scoring-models",
    clause: "4.1.2",
    columns: ["name", "number", "status", "intent_max", "fit_max", "key_from", "adopted_at"],
  },
  {
    resource: "routing_rule",
    path: "/sales/routing-rules",
    clause: "2.2.1",
    columns: ["name", "position", "active", "post", "department_name", "territory", "capacity"],
  },
  {
    resource: "assignment",
    path: "/sales/assignments",
    clause: "2.2.1",
    columns: ["lead_name", "account_name", "way", "rule_name", "from_account_name", "created_at"],
  },
  {
    resource: "follow_up",
    path: "/sales/follow-ups",
    clause: "4.2.3",
    columns: ["content", "channel", "response", "lead_name", "customer_name", "at", "next_at"],
  },
  {
    resource: "lead_import",
    path: "/sales/lead-imports",
    clause: "4.1.1",
    columns: ["filename", "status", "rows", "to_create", "to_update", "refused", "owner_name", "created_at"],
  },
];

export function shapeOf(resource: string): Shape {
  const shape = SHAPES.find((one) => one.resource === resource);
  if (!shape) throw new Error(`no page is shaped for ${resource}`);
  return shape;
}

/** The register whose list or record stands at this address. */
export function shapeAt(address: string): Shape {
  const shape = SHAPES.find(({ path }) => address === path || address.startsWith(`${path}/`));
  if (!shape) throw new Error(`no page is shaped for ${address}`);
  return shape;
}
