import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { ClauseChip } from "@/ui/ClauseChip";
import { Due } from "@/ui/Due";
import { readPage } from "@/ui/table/listing";
import css from "./DueNow.module.css";

/** What the regulation makes due with one record, until when, and for whom; nothing where nothing is. */
export function DueNow({ resource, id }: { resource: string; id: string }) {
  const { t } = useTranslation("kit");
  const has = useDuty();
  const { data } = useQuery({
    // Of the record's own queries: a step that meets an obligation refreshes it.
    queryKey: [resource, id, "due"],
    queryFn: () =>
      readPage("/api/v1/regulation/obligations", { record_id: id, status: "due,warned,late", sort: "due_at" }),
    enabled: has("obligation.read"),
  });
  if (!data?.items.length) return null;
  return (
    <ul className={css.dues} aria-label={t("due_now")}>
      {data.items.map(({ id: key, title, clause, status, due_at, warn_at, owner_name, department_name }) => (
        <li key={key} className={status === "late" ? css.late : undefined}>
          <strong>{title}</strong>
          <ClauseChip clause={clause} />
          <span className={css.who}>{owner_name ?? department_name}</span>
          <Due at={due_at} warnAt={warn_at} />
        </li>
      ))}
    </ul>
  );
}
