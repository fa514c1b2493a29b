import { EyeOutlined, PhoneOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { telephone } from "@/lib/telephone";
import { showError } from "./notices";
import css from "./Telephone.module.css";

interface Props {
  /** As the API shows it: masked. */
  masked: string | null;
  /** The operation that reveals it; absent where this person may not. The reason is kept in the audit. */
  reveal?: (reason: string) => Promise<string>;
}

/** A personal number: masked until somebody with the duty gives a reason. It is forgotten with the page. */
export function Telephone({ masked, reveal }: Props) {
  const { t } = useTranslation("kit");
  const [plain, setPlain] = useState<string | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<{ reason: string }>();
  if (!masked) return <span className="z-none">–</span>;

  async function show({ reason }: { reason: string }) {
    if (!reveal) return;
    setBusy(true);
    try {
      setPlain(await reveal(reason));
      setAsking(false);
    } catch (error) {
      showError(error);
    } finally {
      setBusy(false);
    }
  }

  if (plain) {
    return (
      <a href={`tel:${plain}`} className={css.number}>
        <PhoneOutlined /> {telephone(plain)}
      </a>
    );
  }
  return (
    <span className={css.number}>
      {telephone(masked)}
      {reveal ? (
        <Button
          type="text"
          size="small"
          icon={<EyeOutlined />}
          aria-label={t("reveal")}
          title={t("reveal")}
          onClick={() => setAsking(true)}
        />
      ) : null}
      <Modal
        title={t("reveal")}
        open={asking}
        onCancel={() => setAsking(false)}
        onOk={() => form.submit()}
        okText={t("reveal")}
        confirmLoading={busy}
        destroyOnHidden
      >
        <p>{t("reveal_about")}</p>
        <Form form={form} layout="vertical" onFinish={show}>
          <Form.Item
            name="reason"
            label={t("reason")}
            rules={[{ required: true, min: 2, message: t("reason_needed") }]}
          >
            <Input.TextArea rows={2} maxLength={200} showCount autoFocus />
          </Form.Item>
        </Form>
      </Modal>
    </span>
  );
}
