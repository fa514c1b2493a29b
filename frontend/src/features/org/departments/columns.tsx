import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { recordPath } from "@/lib/resources";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { RowOf } from "@/ui/table/listing";
import type { Column } from "@/ui/table/ResourceTable";

/** The columns of departments, in their list and in the page of the department above. */
export function useDepartmentColumns(): Column<RowOf<"/api/v1/org/departments">>[] {
  const { t } = useTranslation("department");
  return [
    { key: "name", title: t("name"), sortable: true },
    { key: "code", title: t("code"), sortable: true, width: 150 },
    { key: "kind", title: t("kind"), width: 130, show: ({ kind }) => t(`kinds.${kind}`) },
    {
      key: "parent_name",
      title: t("parent"),
      width: 160,
      show: ({ parent_id, parent_name }) => {
        const path = parent_id ? recordPath("department", parent_id) : null;
        return path ? <Link to={path}>{parent_name}</Link> : <span className="z-none">–</span>;
      },
    },
    { key: "head_name", title: t("head"), width: 160, show: ({ head_name }) => <Person name={head_name} /> },
    {
      key: "active",
      title: t("status"),
      width: 110,
      show: ({ active }) => <StatusTag of="department" status={active ? "active" : "closed"} />,
    },
  ];
}
