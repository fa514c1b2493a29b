import { useTranslation } from "react-i18next";
import { useListed } from "@/i18n/listed";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { Telephone } from "@/ui/Telephone";
import type { RowOf } from "@/ui/table/listing";
import type { Column } from "@/ui/table/ResourceTable";
import { usePostTitle } from "../posts/queries";

/** The columns of colleagues, in their list and in the page of their department. */
export function useAccountColumns(): Column<RowOf<"/api/v1/org/accounts">>[] {
  const { t } = useTranslation("account");
  const postTitle = usePostTitle();
  const listed = useListed();
  return [
    { key: "name", title: t("name"), width: 160, sortable: true, show: ({ name }) => <Person name={name} /> },
    { key: "login", title: t("login"), width: 150, sortable: true },
    { key: "department_name", title: t("department"), width: 140 },
    {
      key: "posts",
      title: t("posts"),
      show: ({ posts }) =>
        posts.length > 0 ? listed(posts.map(postTitle)) : <span className="z-none">{t("no_post")}</span>,
    },
    {
      key: "leader_name",
      title: t("leader"),
      width: 130,
      show: ({ leader_name }) => leader_name ?? <span className="z-none">–</span>,
    },
    { key: "region", title: t("region"), width: 120, hidden: true },
    { key: "skills", title: t("skills"), width: 160, hidden: true },
    {
      key: "phone_masked",
      title: t("phone"),
      width: 150,
      show: ({ phone_masked }) =>
        phone_masked ? <Telephone masked={phone_masked} /> : <span className="z-none">–</span>,
    },
    {
      key: "status",
      title: t("status"),
      width: 110,
      show: ({ status }) => <StatusTag of="account" status={status} />,
    },
  ];
}
