import { useTranslation } from "react-i18next";
import { useNow } from "@/lib/screen";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { RowOf } from "@/ui/table/listing";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";

type Row = RowOf<"/api/v1/org/absences">;

/** A registered absence that is under way or over says so by its times. */
export function stateOf({ status, begins_at, ends_at }: Pick<Row, "status" | "begins_at" | "ends_at">, now: number) {
  if (status !== "planned") return status;
  if (Date.parse(ends_at) <= now) return "closed";
  return Date.parse(begins_at) <= now ? "running" : "planned";
}

/** The columns of absences, in their list and in the page of a person. */
export function useAbsenceColumns(): Column<Row>[] {
  const { t } = useTranslation("absence");
  const now = useNow();
  return [
    { key: "account_name", title: t("person"), width: 160, show: ({ account_name }) => <Person name={account_name} /> },
    { key: "kind", title: t("kind"), width: 100, show: ({ kind }) => t(`kinds.${kind}`) },
    {
      key: "begins_at",
      title: t("begins_at"),
      width: 160,
      sortable: true,
      show: ({ begins_at }) => <When at={begins_at} />,
    },
    { key: "ends_at", title: t("ends_at"), width: 160, show: ({ ends_at }) => <When at={ends_at} /> },
    {
      key: "delegate_name",
      title: t("delegate"),
      show: ({ delegate_name }) =>
        delegate_name ? <Person name={delegate_name} /> : <span className="z-none">{t("no_delegate")}</span>,
    },
    {
      key: "status",
      title: t("status"),
      width: 110,
      show: (absence) => <StatusTag of="absence" status={stateOf(absence, now)} />,
    },
  ];
}
