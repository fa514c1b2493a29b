import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type Account = components["schemas"]["AccountDetail"];
export type AccountIn = components["schemas"]["AccountIn"];
export type OneTimePassword = components["schemas"]["OneTimePasswordOut"];

export const ACCOUNTS = "/api/v1/org/accounts";

export const accountQuery = (id: string) =>
  queryOptions({
    queryKey: ["account", id],
    queryFn: () => ok(api.GET("/api/v1/org/accounts/{record_id}", { params: { path: { record_id: id } } })),
  });
