import { DeleteOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button, Form, Input, Radio, TimePicker } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { showDone } from "@/ui/notices";
import css from "./calendar.module.css";
import { type Calendar, type Day, type Interval, ifCalendar } from "./queries";

const CLOCK = "HH:mm";
const MOST = 6;

function useChanged() {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: ["calendar"] });
}

/** The hours of every working day. */
export function HoursForm({ calendar, open, onClose }: { calendar: Calendar; open: boolean; onClose: () => void }) {
  const { t } = useTranslation("calendar");
  const changed = useChanged();
  return (
    <FormDrawer<{ intervals: Interval[] }, Calendar>
      title={t("hours")}
      open={open}
      onClose={onClose}
      initial={{ intervals: calendar.hours }}
      onSubmit={(body) => ok(api.PUT("/api/v1/org/calendar/hours", { params: { header: ifCalendar(calendar) }, body }))}
      onDone={changed}
    >
      <p>{t("change_about")}</p>
      <Intervals />
    </FormDrawer>
  );
}

interface OfDay {
  works: boolean;
  intervals?: Interval[];
  reason: string;
}

interface Props {
  calendar: Calendar;
  day: Day | null;
  title: string;
  onClose: () => void;
}

/** How the company works on one date, otherwise than the calendar says. */
export function ExceptionForm({ calendar, day, title, onClose }: Props) {
  const { t } = useTranslation("calendar");
  const changed = useChanged();
  const standing = calendar.exceptions.find((one) => one.day === day?.day);
  const drop = useMutation({
    mutationFn: () =>
      ok(
        api.DELETE("/api/v1/org/calendar/exceptions/{day}", {
          params: { path: { day: day?.day ?? "" }, header: ifCalendar(calendar) },
        }),
      ),
    onSuccess: async () => {
      await changed();
      showDone(t("dropped"));
      onClose();
    },
  });
  return (
    <FormDrawer<OfDay, Calendar>
      title={title}
      open={day !== null}
      onClose={onClose}
      initial={
        day
          ? {
              works: standing ? standing.intervals.length > 0 : !day.works,
              intervals: standing?.intervals.length ? standing.intervals : calendar.hours,
              reason: standing?.reason ?? "",
            }
          : undefined
      }
      onSubmit={({ works, intervals = [], reason }) =>
        ok(
          api.PUT("/api/v1/org/calendar/exceptions/{day}", {
            params: { path: { day: day?.day ?? "" }, header: ifCalendar(calendar) },
            body: { intervals: works ? intervals : [], reason },
          }),
        )
      }
      onDone={changed}
    >
      {standing ? (
        <Button className={css.drop} icon={<DeleteOutlined />} loading={drop.isPending} onClick={() => drop.mutate()}>
          {t("drop")}
        </Button>
      ) : null}
      <p>{t("change_about")}</p>
      <Form.Item name="works" label={t("that_day")} rules={[{ required: true }]}>
        <Radio.Group
          options={[
            { value: true, label: t("works") },
            { value: false, label: t("closed") },
          ]}
        />
      </Form.Item>
      <Form.Item noStyle shouldUpdate={(a, b) => a.works !== b.works}>
        {({ getFieldValue }) => (getFieldValue("works") ? <Intervals /> : null)}
      </Form.Item>
      <Form.Item
        name="reason"
        label={t("reason")}
        rules={[{ required: true, whitespace: true, message: t("reason_needed") }]}
      >
        <Input maxLength={200} placeholder={t("reason_example")} />
      </Form.Item>
    </FormDrawer>
  );
}

function Intervals() {
  const { t } = useTranslation("calendar");
  return (
    <Form.Item label={t("hours")} required>
      <Form.List name="intervals">
        {(fields, { add, remove }) => (
          <div className={css.intervals}>
            {fields.map((field) => (
              <div key={field.key} className={css.interval}>
                <Clock name={[field.name, "begins"]} label={t("begins")} />
                <span aria-hidden="true">–</span>
                <Clock name={[field.name, "ends"]} label={t("ends")} />
                <Button
                  type="text"
                  icon={<DeleteOutlined />}
                  aria-label={t("remove_interval")}
                  disabled={fields.length === 1}
                  onClick={() => remove(field.name)}
                />
              </div>
            ))}
            {fields.length < MOST ? (
              <Button size="small" className={css.add} icon={<PlusOutlined />} onClick={() => add({})}>
                {t("add_interval")}
              </Button>
            ) : null}
          </div>
        )}
      </Form.List>
    </Form.Item>
  );
}

function Clock({ name, label }: { name: (string | number)[]; label: string }) {
  const { t } = useTranslation("calendar");
  return (
    <Form.Item
      name={name}
      preserve
      rules={[{ required: true, message: t("clock_needed") }]}
      getValueProps={(value?: string) => ({ value: value ? dayjs(value, CLOCK) : null })}
      normalize={(value: dayjs.Dayjs | null) => value?.format(CLOCK)}
    >
      <TimePicker
        format={CLOCK}
        minuteStep={15}
        needConfirm={false}
        placeholder={label}
        aria-label={label}
        style={WIDE}
      />
    </Form.Item>
  );
}

const WIDE = { width: "100%" };
