import { DatePicker } from "antd";
import dayjs from "dayjs";

interface Props {
  id?: string;
  /** YYYY-MM-DD, as on the wire. */
  value?: string | null;
  onChange?: (value: string | null) => void;
  /** The first and the last day that can be chosen, YYYY-MM-DD. */
  min?: string;
  max?: string;
  placeholder?: string;
}

/** A day in a form. */
export function DayInput({ id, value, onChange, min, max, placeholder }: Props) {
  return (
    <DatePicker
      id={id}
      value={value ? dayjs(value) : null}
      onChange={(day) => onChange?.(day ? day.format("YYYY-MM-DD") : null)}
      minDate={min ? dayjs(min) : undefined}
      maxDate={max ? dayjs(max) : undefined}
      placeholder={placeholder}
      style={WHOLE}
    />
  );
}

const WHOLE = { width: "100%" };
