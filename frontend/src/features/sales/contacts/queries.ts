import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { readPage } from "@/ui/table/listing";

export type Contact = components["schemas"]["ContactDetail"];
export type ContactRow = components["schemas"]["ContactOut"];
export type ContactIn = components["schemas"]["ContactIn"];

export const CONTACTS = "/api/v1/sales/contacts";

export const contactQuery = (id: string) =>
  queryOptions({
    queryKey: ["contact", id],
    queryFn: () => ok(api.GET("/api/v1/sales/contacts/{record_id}", { params: { path: { record_id: id } } })),
  });

/** The people of one customer. */
export const contactsOf = (customerId: string) =>
  queryOptions({
    queryKey: ["contact", "of", customerId],
    queryFn: () => readPage(CONTACTS, { customer_id: customerId, limit: "100" }),
  });

export function revealContact(id: string, reason: string) {
  return ok(
    api.POST("/api/v1/sales/contacts/{record_id}/reveal", { params: { path: { record_id: id } }, body: { reason } }),
  );
}
