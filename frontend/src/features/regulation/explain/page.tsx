import { useQuery } from "@tanstack/react-query";
import { Form, Select, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { findRegister } from "@/features/registers/registers";
import { useListed } from "@/i18n/listed";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { RecordSelect } from "@/ui/RecordSelect";
import { useListQuery } from "@/ui/table/listing";
import { postsQuery } from "../../org/posts/queries";
import { Chain } from "./Chain";
import css from "./explain.module.css";
import { explainQuery } from "./queries";

const NAMES = ["title", "name", "number", "subject", "filename", "record_title", "reference", "lead_name", "code"];

/** 1.2 Why may I, why may I not: from the person over his posts to the duty, its clause and its conditions. */
export default function ExplainPage() {
  const { t } = useTranslation(["explain", "resources"]);
  const listed = useListed();
  const [{ duty, record }, change] = useListQuery(true);
  const { data: posts } = useQuery(postsQuery());
  const found = useQuery({ ...explainQuery(duty ?? "", record), enabled: duty !== undefined });
  const resource = duty?.split(".")[0] ?? "";
  const register = findRegister(resource);
  const duties = new Map(posts?.items.flatMap((post) => post.duties).map((one) => [one.duty, one]));
  return (
    <Page width="reading" title={t("title")} about={t("about")}>
      <Section>
        <Form layout="vertical" className={css.question}>
          <Form.Item label={t("duty")} htmlFor="duty">
            <Select
              id="duty"
              showSearch={{ optionFilterProp: "label" }}
              placeholder={t("choose_duty")}
              loading={!posts}
              value={duty}
              onChange={(chosen: string) => change({ duty: chosen, record: undefined })}
              options={[...duties.values()].map(({ duty: name, title, clauses }) => ({
                value: name,
                label: `${title}（${listed(clauses)}）`,
              }))}
            />
          </Form.Item>
          {register ? (
            <Form.Item label={t("record")} htmlFor="record">
              <RecordSelect
                key={resource}
                id="record"
                at={register.at}
                searched={register.search}
                titleOf={(row) => titleOf(row as unknown as Record<string, unknown>)}
                value={record}
                onChange={(id) => change({ record: id ?? undefined })}
                placeholder={t("any_record")}
                allowClear
              />
            </Form.Item>
          ) : null}
        </Form>
      </Section>
      {duty === undefined ? (
        <Empty title={t("empty")} about={t("empty_about")} clause="1.2" />
      ) : found.error ? (
        <Failure error={found.error} />
      ) : found.data ? (
        <Chain of={found.data} asked={record !== undefined} />
      ) : (
        <Skeleton active />
      )}
    </Page>
  );
}

function titleOf(row: Record<string, unknown>): string {
  const names = NAMES.map((name) => row[name]).filter((value) => typeof value === "string" && value !== "");
  return names.slice(0, 2).join(" · ") || String(row.id);
}
