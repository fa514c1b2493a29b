import { CheckOutlined, CopyOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./CopyText.module.css";

const SAID_FOR_MS = 2_000;

/** An address or a code in figures of one width, with a button that copies it. */
export function CopyText({ text, shown = text }: { text: string; shown?: string }) {
  const { t } = useTranslation("kit");
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <span className={css.copy}>
      <code title={text}>{shown}</code>
      <Button
        type="text"
        size="small"
        icon={copied ? <CheckOutlined /> : <CopyOutlined />}
        aria-label={t(copied ? "copied" : "copy")}
        title={t(copied ? "copied" : "copy")}
        onClick={async () => {
          await navigator.clipboard.writeText(text);
          setCopied(true);
        }}
      />
    </span>
  );
}
