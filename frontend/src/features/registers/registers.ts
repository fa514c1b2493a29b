import type { ListPath } from "@/ui/table/listing";
import generated from "./registers.gen.json";

export type Kind =
  | "text"
  | "prose"
  | "number"
  | "money"
  | "day"
  | "time"
  | "yes_no"
  | "choice"
  | "record"
  | "words"
  | "rows"
  | "object";

export interface Field {
  name: string;
  required: boolean;
  kind: Kind;
  options?: string[];
  fields?: Field[];
}

/** A register as the contract describes it. */
export interface Register {
  at: ListPath;
  fields: { name: string; kind: Kind }[];
  filters: string[];
  search: boolean;
  history: boolean;
  create: Field[] | null;
  change: Field[] | null;
  verbs: Record<string, Field[]>;
}

const REGISTERS = generated as unknown as Record<string, Register>;

export function registerOf(resource: string): Register {
  const register = findRegister(resource);
  if (!register) throw new Error(`the contract has no register ${resource}`);
  return register;
}

/** The register of a resource, or null where its records are not listed. */
export function findRegister(resource: string): Register | null {
  return REGISTERS[resource] ?? null;
}

/** Which register an id of another record points into, by the field's name. */
const POINTS: Record<string, string> = {
  customer_id: "customer",
  contact_id: "contact",
  opportunity_id: "opportunity",
  order_id: "order",
  lead_id: "lead",
  campaign_id: "campaign",
  channel_id: "channel",
  source_id: "lead_source",
  product_id: "product",
  department_id: "department",
  parent_id: "department",
  account_id: "account",
  owner_id: "account",
  leader_id: "account",
  head_id: "account",
  delegate_id: "account",
  other_id: "lead",
  proposal_id: "proposal",
  accepted_proposal_id: "proposal",
  first_lead_id: "lead",
};

export function pointsInto(field: string): string | null {
  return POINTS[field] ?? null;
}
