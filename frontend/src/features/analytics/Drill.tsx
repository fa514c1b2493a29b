import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { components } from "@/api/schema.gen";

export type Listed = components["schemas"]["ListedOut"] | null;

/** The list of the records that a number counts, or undefined where that list is not this person's. */
export function drillPath(listed: Listed): string | undefined {
  return listed ? `${listed.path}?${new URLSearchParams(listed.filters)}` : undefined;
}

/** A number of a report, and the way to the records behind it. */
export function Drill({ to, children }: { to: Listed; children: ReactNode }) {
  const { t } = useTranslation("funnel");
  const path = drillPath(to);
  return path ? (
    <Link to={path} title={t("drill")} className="z-figures">
      {children}
    </Link>
  ) : (
    <span className="z-figures">{children}</span>
  );
}
