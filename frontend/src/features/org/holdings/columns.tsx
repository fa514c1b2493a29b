import { useTranslation } from "react-i18next";
import { dayOf } from "@/lib/time";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { RowOf } from "@/ui/table/listing";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { usePostTitle } from "../posts/queries";

type Row = RowOf<"/api/v1/org/holdings">;

/** Whether a holding is still to begin, runs, or is over: its days say so. */
export function stateOf({ begins_on, ends_on }: Pick<Row, "begins_on" | "ends_on">): "planned" | "active" | "closed" {
  const today = dayOf(Date.now());
  if (ends_on !== null && ends_on < today) return "closed";
  return begins_on > today ? "planned" : "active";
}

/** The columns of appointments, in their list and in the page of a person. */
export function useHoldingColumns(): Column<Row>[] {
  const { t } = useTranslation("holding");
  const postTitle = usePostTitle();
  return [
    { key: "post", title: t("post"), show: ({ post }) => postTitle(post) },
    { key: "account_name", title: t("person"), width: 180, show: ({ account_name }) => <Person name={account_name} /> },
    {
      key: "begins_on",
      title: t("begins_on"),
      width: 160,
      sortable: true,
      show: ({ begins_on }) => <When at={begins_on} as="date" />,
    },
    {
      key: "ends_on",
      title: t("ends_on"),
      width: 160,
      show: ({ ends_on }) =>
        ends_on ? <When at={ends_on} as="date" /> : <span className="z-none">{t("without_end")}</span>,
    },
    {
      key: "state",
      title: t("state"),
      width: 110,
      show: (holding) => <StatusTag of="holding" status={stateOf(holding)} />,
    },
  ];
}
