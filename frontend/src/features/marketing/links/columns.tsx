import { useTranslation } from "react-i18next";
import { CopyText } from "@/ui/CopyText";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { CodeButton } from "./Code";
import { addressOf, type TrackedLinkRow } from "./queries";

/** The columns of tracked links, in their list and in the page of a campaign. */
export function useLinkColumns(): Column<TrackedLinkRow>[] {
  const { t } = useTranslation("tracked_link");
  return [
    { key: "name", title: t("name") },
    {
      key: "path",
      title: t("address"),
      width: 180,
      show: (link) => <CopyText text={addressOf(link)} shown={link.path} />,
    },
    { key: "qr", title: t("qr"), width: 80, show: (link) => <CodeButton of={link} /> },
    {
      key: "status",
      title: t("status"),
      width: 100,
      show: ({ status }) => <StatusTag of="tracked_link" status={status} />,
    },
    { key: "campaign_name", title: t("campaign"), width: 180 },
    { key: "channel_name", title: t("channel"), width: 150 },
    { key: "utm_medium", title: "utm_medium", width: 120 },
    { key: "utm_content", title: "utm_content", width: 130 },
    {
      key: "owner_name",
      title: t("owner"),
      width: 130,
      hidden: true,
      show: ({ owner_name }) => <Person name={owner_name} />,
    },
    {
      key: "created_at",
      title: t("created_at"),
      width: 140,
      hidden: true,
      show: ({ created_at }) => <When at={created_at} />,
    },
  ];
}
