import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import type { ComponentType } from "react";
import { Waiting } from "@/ui/Waiting";
import { CrashPage, MissingPage } from "./edges";
import { Root } from "./Root";

/** Every page by its path; each is a lazy chunk. A path with `$id` gives it by `useParams({ strict: false }).id`. */
const PAGES: Record<string, () => Promise<{ default: ComponentType }>> = {
  "/": () => import("@/features/me/day"),
  "/me": () => import("@/features/me/profile"),
};

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
