import { useTranslation } from "react-i18next";

const DOMAIN = /^(analytics|catalog|marketing|org|post|regulation|sales|service|tech)_/;

/** The resource that a table of the trail holds: `sales_lead` -> `lead`. */
export function resourceOf(table: string): string {
  return table.replace(DOMAIN, "");
}

/** What was done, as people say it. */
export function useActionWord(): (action: string) => string {
  const { t } = useTranslation(["audit", "verbs"]);
  return (action) =>
    t([`audit:action_${action}`, `verbs:any.${action}`, `verbs:any.${action.replaceAll("-", "_")}`], {
      defaultValue: action,
    });
}

/** To what it was done, as people say it. */
export function useResourceWord(): (table: string) => string {
  const { t } = useTranslation(["audit", "resources"]);
  return (table) =>
    t([`resources:${table}`, `resources:${resourceOf(table)}`, `audit:table_${table}`], { defaultValue: table });
}
