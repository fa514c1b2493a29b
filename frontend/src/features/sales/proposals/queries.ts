import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Proposal = components["schemas"]["ProposalDetail"];
export type ProposalRow = components["schemas"]["ProposalOut"];
export type ProposalIn = components["schemas"]["ProposalIn"];

export const PROPOSALS = "/api/v1/sales/proposals";
export const PROPOSAL_PATH = ["draft", "sent", "accepted"];
/** Where what is given off must be approved first. */
export const PROPOSAL_PATH_APPROVED = ["draft", "submitted", "approved", "sent", "accepted"];
export const PROPOSAL_STATES = [
  "draft",
  "submitted",
  "approved",
  "returned",
  "sent",
  "accepted",
  "declined",
  "expired",
  "superseded",
];
/** What may be given off without an approval, in per cent (1.3.3). It only says which way is shown; the API decides. */
export const FREE_DISCOUNT = 5;

export const proposalQuery = (id: string) =>
  queryOptions({
    queryKey: ["proposal", id],
    queryFn: () => ok(api.GET("/api/v1/sales/proposals/{record_id}", { params: { path: { record_id: id } } })),
  });

export function overFreeDiscount({ gross, discount }: Pick<ProposalRow, "gross" | "discount">): boolean {
  return Number(discount) * 100 > Number(gross) * FREE_DISCOUNT;
}
