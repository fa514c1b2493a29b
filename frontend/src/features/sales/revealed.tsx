import { EyeOutlined, PhoneOutlined } from "@ant-design/icons";
import { Button, Form, Input, Modal } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { telephone } from "@/lib/telephone";
import { showError } from "@/ui/notices";

export interface Personal {
  phone?: string | null;
  email?: string | null;
  address?: string | null;
}

/**
 * What is personal of a record: masked, until somebody with the duty gives a reason, and then all of it at once. It is
 * forgotten with the page; the reason is kept in the audit.
 */
export function useRevealed(
  masked: Personal,
  reveal: ((reason: string) => Promise<Personal>) | null,
): { phone: ReactNode; email: ReactNode; address: ReactNode; button: ReactNode } {
  const { t } = useTranslation("kit");
  const [plain, setPlain] = useState<Personal | null>(null);
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [form] = Form.useForm<{ reason: string }>();
  const something = Boolean(masked.phone || masked.email || masked.address);

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

  return {
    phone: plain?.phone ? (
      <a href={`tel:${plain.phone}`} className="z-nowrap">
        <PhoneOutlined /> {telephone(plain.phone)}
      </a>
    ) : (
      masked.phone && <span className="z-figures">{telephone(masked.phone)}</span>
    ),
    email: plain?.email ? <a href={`mailto:${plain.email}`}>{plain.email}</a> : masked.email,
    address: plain?.address ?? masked.address,
    button:
      reveal && something && !plain ? (
        <>
          <Button type="text" size="small" icon={<EyeOutlined />} onClick={() => setAsking(true)}>
            {t("reveal_all")}
          </Button>
          <Modal
            title={t("reveal_all")}
            open={asking}
            onCancel={() => setAsking(false)}
            onOk={() => form.submit()}
            okText={t("reveal_all")}
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
        </>
      ) : null,
  };
}
