import { useTranslation } from "react-i18next";
import { Money } from "@/ui/Money";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import css from "./leads.module.css";
import { NextContact } from "./NextContact";
import { Points } from "./Points";
import type { LeadRow } from "./queries";

/** The columns of leads, in their list, in the pool and in the pages of what brought them. */
export function useLeadColumns(): Column<LeadRow>[] {
  const { t } = useTranslation("lead");
  return [
    {
      key: "name",
      title: t("lead"),
      show: ({ name, company }) => (
        <span className={css.name}>
          <span>{name}</span>
          {company && company !== name ? <small>{company}</small> : null}
        </span>
      ),
    },
    { key: "status", title: t("status"), width: 104, show: ({ status }) => <StatusTag of="lead" status={status} /> },
    {
      key: "score",
      title: t("score"),
      align: "right",
      width: 84,
      sortable: true,
      show: ({ score, key }) => <Points score={score} isKey={key} />,
    },
    { key: "next_contact_at", title: t("next_contact_at"), width: 150, show: (lead) => <NextContact lead={lead} /> },
    {
      key: "source_name",
      title: t("source"),
      width: 180,
      show: ({ source_name, campaign_name, channel_name }) => (
        <span className={css.name}>
          <span>{source_name}</span>
          {campaign_name || channel_name ? <small>{campaign_name ?? channel_name}</small> : null}
        </span>
      ),
    },
    { key: "region", title: t("region"), width: 120 },
    { key: "owner_name", title: t("owner"), width: 130, show: ({ owner_name }) => <Person name={owner_name} /> },
    {
      key: "arrived_at",
      title: t("arrived_at"),
      width: 130,
      sortable: true,
      show: ({ arrived_at }) => <When at={arrived_at} />,
    },
    {
      key: "touched_at",
      title: t("touched_at"),
      width: 120,
      hidden: true,
      show: ({ touched_at }) => <When at={touched_at} as="relative" />,
    },
    { key: "phone_masked", title: t("phone"), width: 140, hidden: true },
    { key: "product_interest", title: t("product_interest"), width: 140, hidden: true },
    {
      key: "budget",
      title: t("budget"),
      align: "right",
      width: 130,
      hidden: true,
      show: ({ budget }) => (budget ? <Money amount={budget} /> : <span className="z-none">–</span>),
    },
    {
      key: "updated_at",
      title: t("updated_at"),
      width: 130,
      hidden: true,
      sortable: true,
      show: ({ updated_at }) => <When at={updated_at} />,
    },
  ];
}
