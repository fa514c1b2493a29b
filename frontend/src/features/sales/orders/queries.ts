import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Order = components["schemas"]["OrderDetail"];
export type OrderRow = components["schemas"]["OrderOut"];
export type OrderIn = components["schemas"]["OrderIn"];

export const ORDERS = "/api/v1/sales/orders";
export const ORDER_PATH = ["draft", "placed", "confirmed", "processing", "shipped", "delivered", "completed"];
export const ORDER_STATES = [...ORDER_PATH, "cancelled"];
/** How the customer can confirm. */
export const CONFIRMED_BY = ["phone", "wechat", "email", "in-person"] as const;

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id],
    queryFn: () => ok(api.GET("/api/v1/sales/orders/{record_id}", { params: { path: { record_id: id } } })),
  });

/** The steps that an order has taken, newest first: the same that the history shows. */
export const orderStepsQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id, "history"],
    queryFn: async () =>
      (await ok(api.GET("/api/v1/sales/orders/{record_id}/history", { params: { path: { record_id: id } } }))).items,
  });

export function revealOrder(id: string, reason: string) {
  return ok(
    api.POST("/api/v1/sales/orders/{record_id}/reveal", { params: { path: { record_id: id } }, body: { reason } }),
  );
}
