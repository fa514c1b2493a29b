import { useQuery } from "@tanstack/react-query";
import { Navigate, useParams } from "@tanstack/react-router";
import { Failure } from "@/ui/Failure";
import { Waiting } from "@/ui/Waiting";
import { pathOf } from "./list";
import { followUpQuery } from "./queries";

/** A conversation is read where it belongs: with its lead, opportunity or customer. */
export default function OneFollowUp() {
  const { id = "" } = useParams({ strict: false });
  const { data, error } = useQuery(followUpQuery(id));
  if (!data) return error ? <Failure error={error} /> : <Waiting />;
  return <Navigate to={pathOf(data) ?? "/sales/follow-ups"} replace />;
}
