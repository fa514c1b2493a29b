import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useColumns } from "@/features/registers/list";
import { Empty } from "@/ui/Empty";
import { FileDrop } from "@/ui/FileDrop";
import { Page, Section } from "@/ui/Page";
import { ResourceTable } from "@/ui/table/ResourceTable";
import css from "./imports.module.css";
import { bring, IMPORTS } from "./queries";

const MOST_BYTES = 100_000_000;

/** Imports: a place to drop the next table, and what became of the ones before. */
export default function Imports() {
  const { t } = useTranslation("lead_import");
  const has = useDuty();
  const navigate = useNavigate();
  const columns = useColumns("lead_import");
  return (
    <Page title={t("title")} about={t("about")}>
      {has("lead_import.create") ? (
        <Section title={t("new")}>
          <FileDrop
            accept=".csv,.xlsx,.txt"
            maxBytes={MOST_BYTES}
            title={t("drop")}
            onFile={async (file) => {
              const made = await bring(file);
              await navigate({ to: `/sales/lead-imports/${made.id}` });
            }}
          />
        </Section>
      ) : null}
      <div className={css.past}>
        <ResourceTable
          at={IMPORTS}
          resource="lead_import"
          columns={columns as never}
          empty={<Empty title={t("empty")} about={t("about")} clause="4.1.1" />}
        />
      </div>
    </Page>
  );
}
