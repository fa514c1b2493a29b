import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { LinkButton } from "@/ui/LinkButton";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import css from "./acknowledgements.module.css";

/** 1.2 Who of those whom the regulation binds has read it, by department and by name. */
export default function Acknowledgements() {
  const { t } = useTranslation("acknowledgement");
  const language = useLanguage();
  const { data, error } = useQuery({
    queryKey: ["acknowledgement", "share"],
    queryFn: () => ok(api.GET("/api/v1/regulation/acknowledged")),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={<LinkButton to="/regulation/controls/regulation.acknowledged">{t("missing")}</LinkButton>}
    >
      <Section title={t("share_of", { number: data.number ?? "–" })}>
        <p className={css.share}>
          <strong>{data.share === null ? "–" : percent(data.share, language)}</strong>
          <span>{t("of_people", { done: data.acknowledged, people: data.people })}</span>
        </p>
        <ul className={css.departments}>
          {data.departments.map((department) => (
            <li key={department.department_id ?? "none"}>
              <span>{department.department_name ?? t("no_department")}</span>
              <span className={css.bar}>
                <span style={{ width: `${(100 * department.acknowledged) / Math.max(1, department.people)}%` }} />
              </span>
              <span className={css.figures}>
                {department.acknowledged} / {department.people}
              </span>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={t("by_name")} flush>
        <ResourceTable
          at="/api/v1/regulation/acknowledgements"
          resource="acknowledgement"
          to={() => null}
          embedded
          columns={[
            { key: "account_name", title: t("who"), show: ({ account_name }) => <Person name={account_name} /> },
            { key: "department_name", title: t("department") },
            { key: "version_number", title: t("version"), align: "right", width: 100 },
            { key: "created_at", title: t("when"), width: 170, show: ({ created_at }) => <When at={created_at} /> },
          ]}
          empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.2" />}
        />
      </Section>
    </Page>
  );
}
