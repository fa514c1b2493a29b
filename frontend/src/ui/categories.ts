/** The kinds of state that every lifecycle has: being worked on, waiting for somebody, reached its end well, or ended otherwise. */
export type Category = "open" | "waiting" | "done" | "ended";

// The categories of the lifecycles, for lists and chips that carry the state alone. What is not named here is open.
const WAITING =
  states(`submitted requested offered sent sending queued previewing importing undoing pool paused on_hold unreachable
  campaign.approved campaign.finished channel.proposed channel.expired handover.refused handover.returned message.failed
  order.shipped order.delivered regulation_version.approved`);
const DONE =
  states(`approved adopted published accepted done merged converted won completed reviewed imported recorded booked reversal
  met met_late message.sent confirmed`);
const ENDED =
  states(`retired dismissed lost disqualified declined expired superseded cancelled reversed refused withdrawn closed
  disabled undone unreadable failed void lead.merged`);
const OPEN = states("order.confirmed proposal.approved handover.accepted");

function states(names: string): Set<string> {
  return new Set(names.trim().split(/\s+/));
}

/** What a state means to the eye; a resource's own line goes before the general one. */
export function categoryOf(resource: string | undefined, state: string): Category {
  for (const name of [`${resource}.${state}`, state]) {
    if (OPEN.has(name)) return "open";
    if (WAITING.has(name)) return "waiting";
    if (DONE.has(name)) return "done";
    if (ENDED.has(name)) return "ended";
  }
  return "open";
}
