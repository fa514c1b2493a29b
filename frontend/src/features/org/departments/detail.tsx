import { EditOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { recordPath } from "@/lib/resources";
import { Empty } from "@/ui/Empty";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { useAccountColumns } from "../accounts/columns";
import { ACCOUNTS } from "../accounts/queries";
import { Nothing } from "../Nothing";
import { useDepartmentColumns } from "./columns";
import { DepartmentForm } from "./form";
import { DEPARTMENTS, departmentQuery } from "./queries";

/** A department: who answers for it, who works in it, what stands under it. */
export default function DepartmentPage() {
  const { t } = useTranslation("department");
  const { id = "" } = useParams({ strict: false });
  const { data: department, error } = useQuery(departmentQuery(id));
  const [editing, setEditing] = useState(false);
  const people = useAccountColumns().filter(({ key }) => key !== "department_name");
  const departments = useDepartmentColumns().filter(({ key }) => key !== "parent_name");
  if (error) return <Failure error={error} />;
  if (!department) return <Waiting />;
  const above = department.parent_id ? recordPath("department", department.parent_id) : null;
  const head = department.head_id ? recordPath("account", department.head_id) : null;
  return (
    <Page
      title={department.name}
      trail={[{ title: t("title"), to: "/org/departments" }]}
      tags={<StatusTag of="department" status={department.active ? "active" : "closed"} />}
      actions={
        department.actions.includes("update") ? (
          <Button icon={<EditOutlined />} onClick={() => setEditing(true)}>
            {t("edit")}
          </Button>
        ) : null
      }
    >
      <Section>
        <Facts
          of={[
            { label: t("kind"), value: t(`kinds.${department.kind}`) },
            { label: t("code"), value: department.code },
            { label: t("parent"), value: above ? <Link to={above}>{department.parent_name}</Link> : null },
            {
              label: t("head"),
              value: head ? (
                <Link to={head}>
                  <Person name={department.head_name} />
                </Link>
              ) : (
                <span>{t("no_head")}</span>
              ),
            },
          ]}
        />
      </Section>
      <Section title={t("people")} flush>
        <ResourceTable
          at={ACCOUNTS}
          resource="account"
          columns={people}
          fixed={{ department_id: id }}
          exportable={false}
          embedded
          empty={<Empty title={t("no_people")} about={t("no_people_about")} clause="1.2" />}
        />
      </Section>
      <Section title={t("under")} flush>
        <ResourceTable
          at={DEPARTMENTS}
          resource="department"
          columns={departments}
          fixed={{ parent_id: id }}
          exportable={false}
          embedded
          empty={<Nothing text={t("none_under")} />}
        />
      </Section>
      <DepartmentForm department={department} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}
