import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select, Switch } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { DEPARTMENT_KINDS, DEPARTMENTS, type Department, type DepartmentIn } from "./queries";

interface Props {
  /** The department to change; without it a new one is set up. */
  department?: Department;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Department) => void;
}

export function DepartmentForm({ department, open, onClose, onDone }: Props) {
  const { t } = useTranslation("department");
  const queries = useQueryClient();
  const parent = department?.parent_id ? { id: department.parent_id, title: department.parent_name ?? "" } : null;
  const head = department?.head_id ? { id: department.head_id, title: department.head_name ?? "" } : null;
  return (
    <FormDrawer<DepartmentIn & { active?: boolean }, Department>
      title={t(department ? "edit" : "new")}
      submit={department ? undefined : t("new")}
      open={open}
      onClose={onClose}
      initial={department && { ...department, kind: department.kind as DepartmentIn["kind"] }}
      onSubmit={({ code, active, ...rest }) =>
        department
          ? ok(
              api.PATCH("/api/v1/org/departments/{record_id}", {
                params: { path: { record_id: department.id }, header: ifMatch(department) },
                body: { ...rest, active: active ?? department.active },
              }),
            )
          : ok(api.POST("/api/v1/org/departments", { body: { code, ...rest } }))
      }
      onDone={(saved) => {
        queries.setQueryData(["department", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["department"] });
        onDone?.(saved);
      }}
    >
      <Form.Item
        name="name"
        label={t("name")}
        rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
      >
        <Input maxLength={200} placeholder={t("name_example")} autoFocus />
      </Form.Item>
      {department ? null : (
        <Form.Item
          name="code"
          label={t("code")}
          extra={t("code_about")}
          rules={[{ required: true, message: t("code_needed") }]}
        >
          <Input maxLength={64} placeholder="sales-north" />
        </Form.Item>
      )}
      <Form.Item
        name="kind"
        label={t("kind")}
        extra={t("kind_about")}
        rules={[{ required: true, message: t("kind_needed") }]}
      >
        <Select options={DEPARTMENT_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))} />
      </Form.Item>
      <Form.Item name="parent_id" label={t("parent")}>
        <RecordSelect
          at={DEPARTMENTS}
          query={{ active: "true" }}
          titleOf={({ name }) => name}
          chosen={parent}
          allowClear
        />
      </Form.Item>
      <Form.Item name="head_id" label={t("head")} extra={t("head_about")}>
        <RecordSelect
          at="/api/v1/org/accounts"
          query={{ status: "active" }}
          titleOf={({ name, department_name }) => (department_name ? `${name}（${department_name}）` : name)}
          chosen={head}
          allowClear
        />
      </Form.Item>
      {department ? (
        <Form.Item name="active" label={t("active")} valuePropName="checked" extra={t("close_about")}>
          <Switch />
        </Form.Item>
      ) : null}
    </FormDrawer>
  );
}
