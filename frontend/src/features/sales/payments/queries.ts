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
