import { useQueryClient } from "@tanstack/react-query";
import { DatePicker, Form, Select } from "antd";
import dayjs, { type Dayjs } from "dayjs";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { ZONE_OFFSET } from "@/lib/time";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { ABSENCE_KINDS, type Absence, type AbsenceIn } from "./queries";

type Values = Omit<AbsenceIn, "begins_at" | "ends_at"> & { span: [Dayjs, Dayjs] };

const WIDE = { width: "100%" };

/** 1.2 Somebody is away, and somebody stands in: he sees and does what the absent person would. */
export function AbsenceForm({
  open,
  onClose,
  onDone,
}: {
  open: boolean;
  onClose: () => void;
  onDone?: (made: Absence) => void;
}) {
  const { t } = useTranslation("absence");
  const has = useDuty();
  const queries = useQueryClient();
  const person = ({ name, department_name }: { name: string; department_name: string | null }) =>
    department_name ? `${name}（${department_name}）` : name;
  return (
    <FormDrawer<Values, Absence>
      title={t("new")}
      submit={t("new")}
      open={open}
      onClose={onClose}
      initial={{ kind: "leave" }}
      onSubmit={({ span: [begins, ends], ...rest }) =>
        ok(
          api.POST("/api/v1/org/absences", {
            body: { ...rest, begins_at: wire(begins), ends_at: wire(ends) },
          }),
        )
      }
      onDone={(made) => {
        void queries.invalidateQueries({ queryKey: ["absence"] });
        onDone?.(made);
      }}
    >
      <p>{t("new_about")}</p>
      {has("account.update") ? (
        <Form.Item name="account_id" label={t("person")} extra={t("person_about")}>
          <RecordSelect at="/api/v1/org/accounts" query={{ status: "active" }} titleOf={person} allowClear />
        </Form.Item>
      ) : null}
      <Form.Item name="kind" label={t("kind")} rules={[{ required: true }]}>
        <Select options={ABSENCE_KINDS.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) }))} />
      </Form.Item>
      <Form.Item name="span" label={t("span")} rules={[{ required: true, message: t("span_needed") }]}>
        <DatePicker.RangePicker
          showTime={{
            format: "HH:mm",
            minuteStep: 15,
            defaultOpenValue: [dayjs("09:00", "HH:mm"), dayjs("18:00", "HH:mm")],
          }}
          format="YYYY-MM-DD HH:mm"
          style={WIDE}
        />
      </Form.Item>
      <Form.Item name="delegate_id" label={t("delegate")} extra={t("delegate_about")}>
        <RecordSelect at="/api/v1/org/accounts" query={{ status: "active" }} titleOf={person} allowClear />
      </Form.Item>
    </FormDrawer>
  );
}

// What one picks is meant by the company's clock, wherever one sits.
function wire(moment: Dayjs): string {
  return `${moment.format("YYYY-MM-DDTHH:mm:00")}${ZONE_OFFSET}`;
}
