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
    resource: "obligation",
    path: "/regulation/obligations",
    clause: "8.1.1",
    columns: ["title", "record_title", "status", "clause", "owner_name", "due_at"],
    states: ["due", "warned", "late", "met", "met_late", "void"],
    sort: "-updated_at",
  },
  {
    resource: "regulation_version",
    path: "/regulation/versions",
    clause: "1.1",
    columns: ["title", "number", "status", "in_force_from", "created_by_name", "approved_by_name", "published_at"],
  },
  {
    resource: "department",
    path: "/org/departments",
    clause: "1.2",
    columns: ["name", "code", "kind", "parent_name", "head_name", "active"],
    related: [["account", "department_id"]],
  },
  {
    resource: "account",
    path: "/org/accounts",
    clause: "1.2",
    columns: ["name", "login", "department_name", "leader_name", "region", "phone_masked", "status"],
    related: [
      ["holding", "account_id"],
      ["absence", "account_id"],
    ],
  },
  {
    resource: "holding",
    path: "/org/holdings",
    clause: "1.2",
    columns: ["post", "account_name", "begins_on", "ends_on"],
  },
  {
    resource: "absence",
    path: "/org/absences",
    clause: "1.2",
    columns: ["account_name", "kind", "delegate_name", "begins_at", "ends_at", "status"],
  },
  {
    resource: "handover",
    path: "/org/handovers",
    clause: "1.3.4",
    columns: ["record_title", "status", "from_department_name", "department_name", "offered_by_name", "due_at"],
    states: ["offered", "accepted", "refused", "done", "returned"],
  },
  {
    resource: "product",
    path: "/catalog/products",
    clause: "2.5",
    columns: ["name", "sku", "category", "price", "unit", "tax_rate", "status"],
    states: ["listed", "retired"],
  },
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
  {
    resource: "opportunity",
    path: "/sales/opportunities",
    clause: "4.2.2",
    columns: ["title", "customer_name", "status", "amount", "probability", "next_step_at", "owner_name", "updated_at"],
    states: ["discovery", "solution", "proposal", "negotiation", "won", "lost", "on_hold"],
    related: [
      ["proposal", "opportunity_id"],
      ["order", "opportunity_id"],
      ["follow_up", "opportunity_id"],
    ],
    others: ["reassign"],
  },
  {
    resource: "proposal",
    path: "/sales/proposals",
    clause: "4.2.2",
    columns: ["title", "number", "customer_name", "status", "total", "discount", "valid_until", "owner_name"],
    states: ["draft", "submitted", "approved", "returned", "sent", "accepted", "declined", "expired", "superseded"],
  },
  {
    resource: "customer",
    path: "/sales/customers",
    clause: "4.4.3",
    columns: ["name", "number", "kind", "level", "region", "phone_masked", "owner_name", "updated_at"],
    related: [
      ["contact", "customer_id"],
      ["opportunity", "customer_id"],
      ["order", "customer_id"],
      ["message", "customer_id"],
    ],
  },
  {
    resource: "contact",
    path: "/sales/contacts",
    clause: "4.4.3",
    columns: ["name", "position", "phone_masked", "email_masked", "main"],
  },
  {
    resource: "order",
    path: "/sales/orders",
    clause: "4.3.1",
    columns: ["number", "customer_name", "status", "payment", "total", "owner_name", "placed_at"],
    states: ["draft", "placed", "confirmed", "processing", "shipped", "delivered", "completed", "cancelled"],
    related: [
      ["handover", "record_id"],
      ["payment", "order_id"],
      ["fulfilment", "order_id"],
      ["message", "order_id"],
    ],
  },
  {
    resource: "payment",
    path: "/sales/payments",
    clause: "4.3.1",
    columns: ["reference", "order_number", "amount", "method", "paid_on", "status"],
  },
  {
    resource: "fulfilment",
    path: "/sales/fulfilments",
    clause: "4.3.2",
    columns: ["tracking_number", "carrier", "shipped_at", "delivered_at", "received_by"],
  },
  {
    resource: "message",
    path: "/service/messages",
    clause: "4.3.3",
    columns: ["subject", "to_name", "email_masked", "status", "sent_at", "created_at"],
    states: ["queued", "sending", "sent", "failed"],
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
