import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { Button, DatePicker, Form, Input, InputNumber, Select, Switch } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { DayInput } from "@/ui/DayInput";
import { MoneyInput } from "@/ui/MoneyInput";
import { RecordSelect } from "@/ui/RecordSelect";
import { type Field, pointsInto, registerOf } from "./registers";
import css from "./registers.module.css";

const WHOLE = { width: "100%" };

/** The inputs of a form as the contract describes its body. */
export function Fields({ of: fields }: { of: Field[] }) {
  return (
    <>
      {fields.map((field) => (
        <OneField key={field.name} of={field} path={[field.name]} />
      ))}
    </>
  );
}

function OneField({ of: field, path }: { of: Field; path: (string | number)[] }) {
  const { t } = useTranslation("field");
  const label = t(field.name, { defaultValue: field.name });
  if (field.kind === "object") return null;
  if (field.kind === "rows") return <RowsField of={field} label={label} />;
  return (
    <Form.Item
      name={path}
      label={label}
      valuePropName={field.kind === "yes_no" ? "checked" : "value"}
      rules={field.required ? [{ required: true, message: t("needed", { field: label }) }] : []}
    >
      <Control of={field} />
    </Form.Item>
  );
}

function Control({ of: field, ...given }: { of: Field }) {
  const { t } = useTranslation("field");
  switch (field.kind) {
    case "prose":
      return <Input.TextArea {...given} autoSize={{ minRows: 2, maxRows: 8 }} />;
    case "number":
      return <InputNumber {...given} style={WHOLE} />;
    case "money":
      return <MoneyInput {...given} />;
    case "day":
      return <DayInput {...given} />;
    case "time":
      return <TimeInput {...given} />;
    case "yes_no":
      return <Switch {...given} />;
    case "choice":
      return (
        <Select
          {...given}
          options={field.options?.map((value) => ({
            value,
            label: t(`word_${field.name}_${value}`, { defaultValue: value }),
          }))}
        />
      );
    case "words":
      return <Select {...given} mode="tags" tokenSeparators={[",", "，", "、"]} />;
    case "record":
      return <RecordInput {...given} field={field.name} />;
    default:
      return <Input {...given} />;
  }
}

interface Given {
  value?: string | null;
  onChange?: (value: string | null) => void;
}

function RecordInput({ field, ...given }: Given & { field: string }) {
  const resource = pointsInto(field);
  if (!resource)
    return <Input {...given} value={given.value ?? ""} onChange={(e) => given.onChange?.(e.target.value)} />;
  return (
    <RecordSelect
      {...given}
      at={registerOf(resource).at}
      searched={registerOf(resource).search}
      allowClear
      titleOf={(row) => {
        const of = row as Record<string, unknown>;
        return [of.name ?? of.title ?? of.number, of.company ?? of.sku].filter(Boolean).join(" · ");
      }}
    />
  );
}

/** A moment, as the wire has it: RFC 3339. */
function TimeInput({ value, onChange, ...given }: Given & { id?: string }) {
  return (
    <DatePicker
      {...given}
      showTime={{ format: "HH:mm" }}
      format="YYYY-MM-DD HH:mm"
      value={value ? dayjs(value) : null}
      onChange={(moment) => onChange?.(moment ? moment.toISOString() : null)}
      style={WHOLE}
    />
  );
}

function RowsField({ of: field, label }: { of: Field; label: string }) {
  const { t } = useTranslation("field");
  return (
    <Form.Item label={label} required={field.required}>
      <Form.List name={field.name} initialValue={field.required ? [{}] : []}>
        {(rows, { add, remove }) => (
          <>
            {rows.map((row) => (
              <div key={row.key} className={css.row}>
                {field.fields?.map((inner) => (
                  <OneField key={inner.name} of={inner} path={[row.name, inner.name]} />
                ))}
                <Button type="text" size="small" icon={<DeleteOutlined />} onClick={() => remove(row.name)}>
                  {t("remove_row")}
                </Button>
              </div>
            ))}
            <Button icon={<PlusOutlined />} onClick={() => add({})} block>
              {t("add_row")}
            </Button>
          </>
        )}
      </Form.List>
    </Form.Item>
  );
}

/** What was left empty is not sent: the contract has its own word for nothing. */
export function given(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined && value !== null && value !== "")
      .map(([name, value]) => [
        name,
        Array.isArray(value) && typeof value[0] === "object" ? value.map((row) => given(row)) : value,
      ]),
  );
}
