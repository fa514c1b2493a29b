import { Link } from "@tanstack/react-router";
import { Modal } from "antd";
import { useTranslation } from "react-i18next";
import { StatusTag } from "@/ui/StatusTag";
import { When } from "@/ui/When";
import css from "./Letter.module.css";
import type { MessageRow } from "./queries";

/** A message as the customer reads it: an e-mail on paper. */
export function LetterSheet({ of: message }: { of: MessageRow }) {
  const { t } = useTranslation("message");
  return (
    <article className={css.letter}>
      <header className={css.head}>
        <h3>{message.subject}</h3>
        <dl>
          <dt>{t("to")}</dt>
          <dd>
            {message.to_name} {message.email_masked ? <span className={css.soft}>{message.email_masked}</span> : null}
          </dd>
          <dt>{t("sent_at")}</dt>
          <dd>
            <When at={message.sent_at ?? message.created_at} as="exact" />
          </dd>
        </dl>
      </header>
      <div className={css.body}>{message.body.trim()}</div>
    </article>
  );
}

/** The same in front of the page that it belongs to. */
export function Letter({ of: message, onClose }: { of: MessageRow | null; onClose: () => void }) {
  const { t } = useTranslation("message");
  return (
    <Modal
      open={message !== null}
      onCancel={onClose}
      footer={null}
      width={640}
      title={
        message ? (
          <span className={css.title}>
            {t("as_read")} <StatusTag of="message" status={message.status} />
          </span>
        ) : null
      }
    >
      {message ? (
        <>
          <LetterSheet of={message} />
          <Link to={`/service/messages/${message.id}`}>{t("open")}</Link>
        </>
      ) : null}
    </Modal>
  );
}
