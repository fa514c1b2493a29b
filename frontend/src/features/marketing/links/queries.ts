import { queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { API_ORIGIN } from "@/api/config";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";

export type TrackedLink = components["schemas"]["TrackedLinkDetail"];
export type TrackedLinkRow = components["schemas"]["TrackedLinkOut"];
export type TrackedLinkIn = components["schemas"]["TrackedLinkIn"];

export const LINKS = "/api/v1/marketing/links";
export const LINK_STATES = ["active", "retired"];

export const linkQuery = (id: string) =>
  queryOptions({
    queryKey: ["tracked_link", id],
    queryFn: () => ok(api.GET("/api/v1/marketing/links/{record_id}", { params: { path: { record_id: id } } })),
  });

/** The QR code of a link as a drawing, to be shown as an image. */
export const linkCodeQuery = (id: string) =>
  queryOptions({
    queryKey: ["tracked_link", id, "qr"],
    queryFn: async () => {
      const params = { path: { record_id: id } };
      return (await ok(api.GET("/api/v1/marketing/links/{record_id}/qr", { params, parseAs: "text" }))) as string;
    },
    staleTime: Number.POSITIVE_INFINITY, // the address of a link never changes
  });

/** The whole short address. */
export function addressOf({ path }: { path: string }): string {
  return `${API_ORIGIN}${path}`;
}
