import { Form, Input } from "antd";

const MOST = 1000; // characters, as the API takes

/** Why: a step that asks for a reason does not go without one. */
export function ReasonField({ label, needed, placeholder }: { label: string; needed: string; placeholder?: string }) {
  return (
    <Form.Item name="reason" label={label} rules={[{ required: true, whitespace: true, message: needed }]}>
      <Input.TextArea rows={4} maxLength={MOST} showCount placeholder={placeholder} autoFocus />
    </Form.Item>
  );
}
