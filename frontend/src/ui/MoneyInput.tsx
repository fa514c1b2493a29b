import { InputNumber } from "antd";

interface Props {
  id?: string;
  /** A decimal string of the wire, such as "1280.00"; it never passes through a float. */
  value?: string | null;
  onChange?: (value: string | null) => void;
  placeholder?: string;
  "aria-label"?: string;
  disabled?: boolean;
}

/** A sum of money in a form: yuan with two decimals. */
export function MoneyInput(props: Props) {
  return <InputNumber<string> {...props} stringMode precision={2} min="0" controls={false} prefix="¥" style={WHOLE} />;
}

const WHOLE = { width: "100%" };
