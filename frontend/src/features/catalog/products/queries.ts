import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Product = components["schemas"]["ProductDetail"];
export type ProductIn = components["schemas"]["ProductIn"];

export const PRODUCTS = "/api/v1/catalog/products";
/** Why the seven-day right of return does not hold (Consumer Rights Protection Law, art. 25). */
export const EXEMPTIONS = ["custom-made", "perishable", "digital", "periodical", "by-nature"] as const satisfies (
  | ProductIn["return_exemption"]
  | undefined
)[];

export const productQuery = (id: string) =>
  queryOptions({
    queryKey: ["product", id],
    queryFn: () => ok(api.GET("/api/v1/catalog/products/{record_id}", { params: { path: { record_id: id } } })),
  });
