import { DatePicker, Segmented, Select } from "antd";
import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { useNarrow } from "@/lib/screen";
import { dayOf } from "@/lib/time";
import css from "./PeriodPicker.module.css";
import { named, type Period, type PeriodName } from "./period";

interface Props {
  value: Period;
  onChange: (period: Period) => void;
  /** The periods offered by name. */
  names: PeriodName[];
}

/** Which days a report looks at: by name, or any first and last day. */
export function PeriodPicker({ value, onChange, names }: Props) {
  const { t } = useTranslation("funnel");
  const narrow = useNarrow();
  const chosen = names.find((name) => same(named(name), value)) ?? "";
  const options = names.map((name) => ({ value: name as string, label: t(`period.${name}`) }));
  return (
    <div className={css.picker}>
      {narrow ? (
        <Select
          aria-label={t("period_label")}
          options={options}
          value={chosen || undefined}
          placeholder={t("period.own")}
          onChange={(name) => onChange(named(name))}
        />
      ) : (
        <Segmented
          aria-label={t("period_label")}
          options={options}
          value={chosen}
          onChange={(name) => onChange(named(name))}
        />
      )}
      <DatePicker.RangePicker
        aria-label={t("period_label")}
        allowClear={false}
        maxDate={dayjs(dayOf(Date.now()))}
        value={[dayjs(value.from), dayjs(value.to).subtract(1, "day")]}
        onChange={(range) => {
          const [from, last] = range ?? [];
          if (from && last) onChange({ from: from.format("YYYY-MM-DD"), to: last.add(1, "day").format("YYYY-MM-DD") });
        }}
      />
    </div>
  );
}

function same(a: Period, b: Period): boolean {
  return a.from === b.from && a.to === b.to;
}
