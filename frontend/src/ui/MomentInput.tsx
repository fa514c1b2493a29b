import { DatePicker } from "antd";
import dayjs from "dayjs";
import { minuteOf, ZONE_OFFSET } from "@/lib/time";

interface Props {
  id?: string;
  /** RFC 3339, as on the wire. */
  value?: string | null;
  onChange?: (value: string | null) => void;
  /** Days before this one, YYYY-MM-DD, cannot be chosen. */
  min?: string;
  max?: string;
}

/** A moment in a form, by the company's clock wherever the person sits. */
export function MomentInput({ id, value, onChange, min, max }: Props) {
  return (
    <DatePicker
      id={id}
      showTime={{ format: "HH:mm", minuteStep: 5 }}
      format="YYYY-MM-DD HH:mm"
      value={value ? dayjs(minuteOf(value)) : null}
      onChange={(at) => onChange?.(at ? `${at.format("YYYY-MM-DDTHH:mm")}:00${ZONE_OFFSET}` : null)}
      minDate={min ? dayjs(min) : undefined}
      maxDate={max ? dayjs(max).endOf("day") : undefined}
      style={WHOLE}
    />
  );
}

const WHOLE = { width: "100%" };
