import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useLocation, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { type Actionable, ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { FormDrawer } from "@/ui/FormDrawer";
import { Page, Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { Telephone } from "@/ui/Telephone";
import { History } from "@/ui/Timeline";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Waiting } from "@/ui/Waiting";
import { Fields, given } from "./Fields";
import { useColumns } from "./list";
import { registerOf } from "./registers";
import { shapeAt, shapeOf } from "./shapes";
import { type Row, Value } from "./Value";

type One = Row & Actionable;

// What every record has, or what stands elsewhere on the page.
const ELSEWHERE =
  /^(status|created_at|updated_at|created_by|record_id)$|_id$|_ids$|^(submitted|approved|decided|offered|accepted)_by$/;

/** One record of a register that needs no more than the contract: its facts, what can happen next, what belongs to it. */
export default function RegisterPage() {
  const resource = shapeAt(useLocation().pathname).resource;
  const { t } = useTranslation(["field", "resources"]);
  const { id = "" } = useParams({ strict: false });
  const queries = useQueryClient();
  const [editing, setEditing] = useState(false);
  const register = registerOf(resource);
  const shape = shapeOf(resource);
  const { data: record, error } = useQuery({
    queryKey: [resource, id],
    queryFn: async () =>
      (await ok(
        api.GET(`${register.at}/{record_id}` as never, { params: { path: { record_id: id } } } as never),
      )) as One,
  });
  if (error) return <Failure error={error} />;
  if (!record) return <Waiting />;
  const name = t(`resources:${resource}`, { defaultValue: resource });
  const shown = register.fields.filter((field) => !ELSEWHERE.test(field.name));
  const wide = (kind: string) => kind === "rows" || kind === "prose" || kind === "object";
  const forms = Object.fromEntries(
    Object.entries(register.verbs)
      .filter(([, fields]) => fields.some((field) => field.required) || fields.length > 1)
      .map(([verb, fields]) => [verb, { fields: <Fields of={fields} />, body: given }]),
  );
  return (
    <Page
      title={String(record[shape.columns[0] ?? "id"] ?? name)}
      trail={[{ title: name, to: shape.path }]}
      tags={record.status ? <StatusTag of={resource} status={String(record.status)} /> : undefined}
      actions={
        <ActionBar
          of={record}
          resource={resource}
          at={register.at}
          forms={forms}
          others={shape.others}
          without={["reveal"]}
          onEdit={register.change ? () => setEditing(true) : undefined}
        />
      }
      aside={
        register.history ? (
          <Section title={t("field:history")}>
            <History at={register.at} resource={resource} id={id} />
          </Section>
        ) : undefined
      }
    >
      <Section title={t("field:facts")}>
        <Facts
          of={shown.map((field) => ({
            label: t(`field:${field.name}`, { defaultValue: field.name }),
            wide: wide(field.kind),
            value:
              field.name === "phone_masked" && record.actions.includes("reveal") ? (
                <Telephone
                  masked={record.phone_masked as string | null}
                  reveal={(reason) => reveal(register.at, record, reason)}
                />
              ) : (
                <Value of={record} name={field.name} kind={field.kind} resource={resource} />
              ),
          }))}
        />
      </Section>
      {(shape.related ?? []).map(([other, filter]) => (
        <Related key={other} resource={other} filter={filter} id={id} />
      ))}
      {register.change ? (
        <FormDrawer<Row, One>
          title={t("field:change", { name })}
          open={editing}
          onClose={() => setEditing(false)}
          initial={record}
          onSubmit={async (values) =>
            (await ok(
              api.PATCH(
                `${register.at}/{record_id}` as never,
                { params: { path: { record_id: id }, header: ifMatch(record) }, body: given(values) } as never,
              ),
            )) as One
          }
          onDone={(saved) => queries.setQueryData([resource, id], saved)}
        >
          <Fields of={register.change} />
        </FormDrawer>
      ) : null}
    </Page>
  );
}

async function reveal(at: string, record: One, reason: string): Promise<string> {
  const shown = (await ok(
    api.POST(
      `${at}/{record_id}/reveal` as never,
      { params: { path: { record_id: record.id }, header: ifMatch(record) }, body: { reason } } as never,
    ),
  )) as { phone: string | null };
  return shown.phone ?? "";
}

/** The records of another register that belong to this one. */
function Related({ resource, filter, id }: { resource: string; filter: string; id: string }) {
  const { t } = useTranslation("resources");
  const columns = useColumns(resource);
  const { at, filters } = registerOf(resource);
  if (!filters.includes(filter)) return null;
  return (
    <Section title={t(resource)} flush>
      <ResourceTable at={at} resource={resource} columns={columns} fixed={{ [filter]: id }} embedded />
    </Section>
  );
}
