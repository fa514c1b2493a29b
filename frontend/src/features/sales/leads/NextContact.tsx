import { Due } from "@/ui/Due";
import type { LeadRow } from "./queries";

const WORKED = ["assigned", "contacted", "nurturing"];

/** When the customer was promised to hear again, and how late that is. */
export function NextContact({ lead }: { lead: Pick<LeadRow, "status" | "next_contact_at"> }) {
  if (lead.next_contact_at === null || !WORKED.includes(lead.status)) return <span className="z-none">–</span>;
  return <Due at={lead.next_contact_at} />;
}
