import { PlusOutlined } from "@ant-design/icons";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { telephone } from "@/lib/telephone";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { ContactForm } from "./form";
import { CONTACTS } from "./queries";

/** 4.4.3 Contacts: the people of the customers. */
export default function Contacts() {
  const { t } = useTranslation("contact");
  const has = useDuty();
  const [making, setMaking] = useState(false);
  const make = has("contact.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make}>
      <ResourceTable
        at={CONTACTS}
        resource="contact"
        search={t("search")}
        columns={[
          { key: "name", title: t("name"), width: 180 },
          {
            key: "customer_name",
            title: t("customer"),
            width: 220,
            show: ({ customer_id, customer_name }) => (
              <Link to={`/sales/customers/${customer_id}`}>{customer_name}</Link>
            ),
          },
          { key: "position", title: t("position"), width: 150 },
          {
            key: "phone_masked",
            title: t("phone"),
            width: 160,
            show: ({ phone_masked }) =>
              phone_masked ? <span className="z-figures">{telephone(phone_masked)}</span> : null,
          },
          { key: "email_masked", title: t("email"), width: 200 },
          { key: "wechat", title: t("wechat"), width: 150 },
          {
            key: "main",
            title: t("main"),
            width: 110,
            show: ({ main }) => (main ? t("main_yes") : <span className="z-none">–</span>),
          },
          {
            key: "updated_at",
            title: t("updated_at"),
            width: 150,
            show: ({ updated_at }) => <When at={updated_at} />,
          },
        ]}
        filters={[{ kind: "yes_no", key: "main", label: t("main") }]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.4.3" action={make} />}
      />
      <ContactForm open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}
