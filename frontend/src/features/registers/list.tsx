import { PlusOutlined } from "@ant-design/icons";
import { useLocation, useNavigate } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { Empty } from "@/ui/Empty";
import { FormDrawer } from "@/ui/FormDrawer";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import type { Filter } from "@/ui/table/FilterBar";
import type { ListPath, RowOf } from "@/ui/table/listing";
import { type Column, ResourceTable } from "@/ui/table/ResourceTable";
import { Fields, given } from "./Fields";
import { registerOf } from "./registers";
import { shapeAt, shapeOf } from "./shapes";
import { type Row, Value } from "./Value";

/** The columns of a register, in its list and inside the pages of records that it belongs to. */
export function useColumns(resource: string): Column<RowOf<ListPath>>[] {
  const { t } = useTranslation("field");
  const { fields } = registerOf(resource);
  return shapeOf(resource).columns.map((name) => {
    const kind = fields.find((field) => field.name === name)?.kind ?? "text";
    const figures = kind === "money" || kind === "number";
    return {
      key: name,
      title: t(name, { defaultValue: name }),
      align: figures ? ("right" as const) : undefined,
      width: kind === "time" ? 150 : figures ? 120 : undefined,
      sortable: ["updated_at", "created_at"].includes(name),
      show: (row: RowOf<ListPath>) => <Value of={row as unknown as Row} name={name} kind={kind} resource={resource} />,
    };
  });
}

/** The list of a register that needs no more than the contract. */
export default function RegisterList() {
  const resource = shapeAt(useLocation().pathname).resource;
  const { t } = useTranslation(["field", "resources", "kit"]);
  const has = useDuty();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const columns = useColumns(resource);
  const register = registerOf(resource);
  const shape = shapeOf(resource);
  const name = t(`resources:${resource}`, { defaultValue: resource });
  const filters: Filter[] = shape.states
    ? [{ kind: "choice", key: "status", label: t("field:status"), options: statesOf(resource, shape.states) }]
    : [];
  const may = register.create && has(`${resource}.create`);
  return (
    <Page
      title={name}
      actions={
        may ? (
          <Button type="primary" icon={<PlusOutlined />} onClick={() => setCreating(true)}>
            {t("field:create", { name })}
          </Button>
        ) : null
      }
    >
      <ResourceTable
        at={register.at}
        resource={resource}
        columns={columns}
        filters={filters}
        search={register.search ? t("field:search") : undefined}
        sort={shape.sort}
        empty={
          <Empty title={t("field:empty", { name })} about={t("field:empty_about", { name })} clause={shape.clause} />
        }
      />
      {register.create ? (
        <FormDrawer<Row, Row>
          title={t("field:create", { name })}
          open={creating}
          onClose={() => setCreating(false)}
          onSubmit={async (values) =>
            (await ok(api.POST(register.at as never, { body: given(values) } as never))) as Row
          }
          onDone={(made) => navigate({ to: `${shape.path}/${made.id}` })}
        >
          <Fields of={register.create} />
        </FormDrawer>
      ) : null}
    </Page>
  );
}
