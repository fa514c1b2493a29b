import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Failure } from "@/ui/Failure";
import { Waiting } from "@/ui/Waiting";
import { LeadPage } from "./LeadPage";
import { leadQuery } from "./queries";

/** One lead of one's own, or of one's department. */
export default function OneLead() {
  const { id = "" } = useParams({ strict: false });
  const { data: lead, error } = useQuery(leadQuery(id));
  // A lead that was just given away is still shown, until one leaves the page.
  if (!lead) return error ? <Failure error={error} /> : <Waiting />;
  return <LeadPage lead={lead} />;
}
