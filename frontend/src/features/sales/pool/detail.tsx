import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { Failure } from "@/ui/Failure";
import { Waiting } from "@/ui/Waiting";
import { LeadPage } from "../leads/LeadPage";
import { pooledQuery } from "../leads/queries";

/** One lead that nobody owns. */
export default function PooledLead() {
  const { id = "" } = useParams({ strict: false });
  const { data: lead, error } = useQuery(pooledQuery(id));
  if (!lead) return error ? <Failure error={error} /> : <Waiting />;
  return <LeadPage lead={lead} pooled />;
}
