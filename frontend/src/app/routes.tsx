import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { SHAPES } from "@/features/registers/shapes";
import { Waiting } from "@/ui/Waiting";
import { CrashPage, MissingPage } from "./edges";
import { Root } from "./Root";

/** Every page by its path; each is a lazy chunk. A path with `$id` gives it by `useParams({ strict: false }).id`. */
const PAGES: Record<string, () => Promise<{ default: ComponentType }>> = {
  "/": () => import("@/features/me/day"),
  "/me": () => import("@/features/me/profile"),
  "/marketing/channels": () => import("@/features/marketing/channels/list"),
  "/marketing/channels/$id": () => import("@/features/marketing/channels/detail"),
  "/marketing/channel-assessments": () => import("@/features/marketing/channel-assessments/list"),
  "/marketing/channel-assessments/$id": () => import("@/features/marketing/channel-assessments/detail"),
  "/marketing/campaigns": () => import("@/features/marketing/campaigns/list"),
  "/marketing/campaigns/$id": () => import("@/features/marketing/campaigns/detail"),
  "/marketing/campaign-amendments": () => import("@/features/marketing/campaign-amendments/list"),
  "/marketing/campaign-amendments/$id": () => import("@/features/marketing/campaign-amendments/detail"),
  "/marketing/spend": () => import("@/features/marketing/spend/list"),
  "/marketing/spend/$id": () => import("@/features/marketing/spend/detail"),
  "/sales/leads": () => import("@/features/sales/leads/list"),
  "/sales/leads/$id": () => import("@/features/sales/leads/detail"),
  "/sales/pool": () => import("@/features/sales/pool/list"),
  "/sales/pool/$id": () => import("@/features/sales/pool/detail"),
  "/sales/duplicates": () => import("@/features/sales/duplicates/list"),
  "/sales/duplicates/$id": () => import("@/features/sales/duplicates/detail"),
  "/sales/follow-ups": () => import("@/features/sales/follow-ups/list"),
  "/sales/follow-ups/$id": () => import("@/features/sales/follow-ups/detail"),
  "/sales/assignments": () => import("@/features/sales/assignments/list"),
  "/sales/assignments/$id": () => import("@/features/sales/assignments/detail"),
  "/sales/routing-rules": () => import("@/features/sales/routing-rules/list"),
  "/sales/routing-rules/$id": () => import("@/features/sales/routing-rules/detail"),
  "/sales/scoring-models": () => import("@/features/sales/scoring-models/list"),
  "/sales/scoring-models/$id": () => import("@/features/sales/scoring-models/detail"),
  "/sales/lead-sources": () => import("@/features/sales/lead-sources/list"),
  "/sales/lead-sources/$id": () => import("@/features/sales/lead-sources/detail"),
  "/sales/lead-imports": () => import("@/features/sales/lead-imports/list"),
  "/sales/lead-imports/$id": () => import("@/features/sales/lead-imports/detail"),
  "/analytics/funnel": () => import("@/features/analytics/funnel/page"),
  "/analytics/channel-roi": () => import("@/features/analytics/channel-roi/page"),
  "/analytics/events": () => import("@/features/analytics/events/list"),
  "/sales/forms": () => import("@/features/sales/forms/list"),
  "/sales/forms/$id": () => import("@/features/sales/forms/detail"),
  "/marketing/links": () => import("@/features/marketing/links/list"),
  "/marketing/links/$id": () => import("@/features/marketing/links/detail"),
  "/regulation": () => import("@/features/regulation/clauses/list"),
  "/regulation/clauses/$id": () => import("@/features/regulation/clauses/detail"),
  "/regulation/controls": () => import("@/features/regulation/controls/list"),
  "/regulation/controls/$id": () => import("@/features/regulation/controls/detail"),
  "/regulation/versions": () => import("@/features/regulation/versions/list"),
  "/regulation/versions/$id": () => import("@/features/regulation/versions/detail"),
  "/regulation/acknowledgements": () => import("@/features/regulation/acknowledgements/list"),
  "/regulation/obligations": () => import("@/features/regulation/obligations/list"),
  "/regulation/limits": () => import("@/features/regulation/limits/list"),
  "/policy/explain": () => import("@/features/regulation/explain/page"),
  "/org/departments": () => import("@/features/org/departments/list"),
  "/org/departments/$id": () => import("@/features/org/departments/detail"),
  "/org/accounts": () => import("@/features/org/accounts/list"),
  "/org/accounts/$id": () => import("@/features/org/accounts/detail"),
  "/org/posts": () => import("@/features/org/posts/list"),
  "/org/holdings": () => import("@/features/org/holdings/list"),
  "/org/holdings/$id": () => import("@/features/org/holdings/detail"),
  "/org/absences": () => import("@/features/org/absences/list"),
  "/org/absences/$id": () => import("@/features/org/absences/detail"),
  "/org/calendar": () => import("@/features/org/calendar/page"),
  "/tech/audit": () => import("@/features/tech/audit/list"),
  "/tech/keys": () => import("@/features/tech/keys/page"),
  "/tech/jobs": () => import("@/features/tech/jobs/list"),
  "/catalog/products": () => import("@/features/catalog/products/list"),
  "/catalog/products/$id": () => import("@/features/catalog/products/detail"),
  "/sales/opportunities": () => import("@/features/sales/opportunities/list"),
  "/sales/opportunities/$id": () => import("@/features/sales/opportunities/detail"),
  "/sales/customers": () => import("@/features/sales/customers/list"),
  "/sales/customers/$id": () => import("@/features/sales/customers/detail"),
  "/sales/contacts": () => import("@/features/sales/contacts/list"),
  "/sales/contacts/$id": () => import("@/features/sales/contacts/detail"),
  "/sales/proposals": () => import("@/features/sales/proposals/list"),
  "/sales/proposals/$id": () => import("@/features/sales/proposals/detail"),
  "/sales/orders": () => import("@/features/sales/orders/list"),
  "/sales/orders/$id": () => import("@/features/sales/orders/detail"),
  "/sales/fulfilments": () => import("@/features/sales/fulfilments/list"),
  "/sales/payments": () => import("@/features/sales/payments/list"),
  "/sales/payments/$id": () => import("@/features/sales/payments/detail"),
  "/org/handovers": () => import("@/features/org/handovers/list"),
  "/org/handovers/$id": () => import("@/features/org/handovers/detail"),
  "/service/messages": () => import("@/features/service/messages/list"),
  "/service/messages/$id": () => import("@/features/service/messages/detail"),
};

// What has no page of its own yet has a plain one, from the contract.
for (const { path } of SHAPES) {
  PAGES[path] ??= () => import("@/features/registers/list");
  PAGES[`${path}/$id`] ??= () => import("@/features/registers/detail");
}

const root = createRootRoute({ component: Root, notFoundComponent: MissingPage });

const pages = Object.entries(PAGES).map(([path, load]) =>
  createRoute({ getParentRoute: () => root, path, component: lazyRouteComponent(load) }),
);

export const router = createRouter({
  routeTree: root.addChildren(pages),
  defaultPreload: "intent",
  defaultPendingComponent: Waiting,
  defaultErrorComponent: CrashPage,
  scrollRestoration: true,
  // Search parameters are the wire form of a list's question, so they are plain text and not JSON.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(search as Record<string, string>).toString();
    return text ? `?${text}` : "";
  },
});
