import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Payment = components["schemas"]["PaymentDetail"];
export type PaymentIn = components["schemas"]["PaymentIn"];

export const PAYMENTS = "/api/v1/sales/payments";
export const METHODS = ["bank", "alipay", "wechat", "cash", "other"] as const satisfies PaymentIn["method"][];

export const paymentQuery = (id: string) =>
  queryOptions({
    queryKey: ["payment", id],
    queryFn: () => ok(api.GET("/api/v1/sales/payments/{record_id}", { params: { path: { record_id: id } } })),
  });

/** What is still to pay of an order, as the decimal string that the form begins with. */
export function toPay({ total, paid }: { total: string; paid: string }): string {
  const fen = BigInt(total.replace(".", "")) - BigInt(paid.replace(".", ""));
  const text = String(fen).padStart(3, "0");
  return `${text.slice(0, -2)}.${text.slice(-2)}`;
}
