import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { telephone } from "@/lib/telephone";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { CustomerForm } from "./form";
import { Level } from "./Level";
import { CUSTOMERS, KINDS, LEVELS } from "./queries";

/** 4.4.3 Customers: a file for each. */
export default function Customers() {
  const { t } = useTranslation("customer");
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const make = has("customer.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <>
          {has("contact.read") ? <LinkButton to="/sales/contacts">{t("contacts")}</LinkButton> : null}
          {make}
        </>
      }
    >
      <ResourceTable
        at={CUSTOMERS}
        resource="customer"
        search={t("search")}
        columns={[
          { key: "name", title: t("name") },
          { key: "level", title: t("level"), width: 110, show: ({ level }) => <Level of={level} /> },
          { key: "kind", title: t("kind"), width: 90, show: ({ kind }) => t(`kinds.${kind}`) },
          { key: "region", title: t("region"), width: 150 },
          {
            key: "phone_masked",
            title: t("phone"),
            width: 150,
            show: ({ phone_masked }) =>
              phone_masked ? (
                <span className="z-figures">{telephone(phone_masked)}</span>
              ) : (
                <span className="z-none">–</span>
              ),
          },
          { key: "industry", title: t("industry"), width: 150, hidden: true },
          { key: "number", title: t("number"), width: 180, hidden: true },
          { key: "owner_name", title: t("owner"), width: 130, show: ({ owner_name }) => <Person name={owner_name} /> },
          {
            key: "updated_at",
            title: t("updated_at"),
            width: 150,
            sortable: true,
            show: ({ updated_at }) => <When at={updated_at} />,
          },
        ]}
        filters={[
          {
            kind: "choice",
            key: "level",
            label: t("level"),
            options: LEVELS.map((level) => ({ value: level, label: t(`levels.${level}`) })),
          },
          {
            kind: "choice",
            key: "kind",
            label: t("kind"),
            options: KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          },
          { kind: "dates", key: "created_at", label: t("created_at") },
        ]}
        views={[
          { name: t("view_key"), query: { level: "key" } },
          { name: t("view_companies"), query: { kind: "company" } },
        ]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.4.3" action={make} />}
      />
      <CustomerForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/customers/${id}` })}
      />
    </Page>
  );
}
