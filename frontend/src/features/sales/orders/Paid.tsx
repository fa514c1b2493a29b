import type { Category } from "@/ui/categories";
import { StatusTag } from "@/ui/StatusTag";

const CATEGORIES: Record<string, Category> = { unpaid: "waiting", partly_paid: "open", paid: "done" };

/** Whether an order is paid for, from the ledger. */
export function Paid({ state }: { state: string }) {
  return <StatusTag of="order" status={state} category={CATEGORIES[state] ?? "open"} />;
}
