import { Form, Input } from "antd";

const MOST = 1000; // characters, as the API takes

/** The remark of a step: the reason where one is needed, else a word for the history. */
export function NoteField({ label, needed, placeholder }: { label: string; needed?: string; placeholder?: string }) {
  return (
    <Form.Item
      name="note"
      label={label}
      rules={needed ? [{ required: true, whitespace: true, message: needed }] : undefined}
      normalize={(text: string) => text || undefined}
    >
      <Input.TextArea rows={4} maxLength={MOST} showCount placeholder={placeholder} autoFocus />
    </Form.Item>
  );
}
