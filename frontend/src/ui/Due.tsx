import { ClockCircleOutlined, ExclamationCircleFilled } from "@ant-design/icons";
import { Tooltip } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { useNow } from "@/lib/screen";
import { dateTime, span } from "@/lib/time";
import css from "./Due.module.css";

interface Props {
  /** When it must be done, RFC 3339. */
  at: string;
  /** From when it is near, RFC 3339. */
  warnAt?: string | null;
}

/** A limit as a countdown: how long there still is, or how late it is. */
export function Due({ at, warnAt = null }: Props) {
  const { t } = useTranslation("kit");
  const language = useLanguage();
  const now = useNow();
  const left = Date.parse(at) - now;
  const state = left < 0 ? "late" : warnAt !== null && now >= Date.parse(warnAt) ? "warned" : "due";
  return (
    <Tooltip title={dateTime(at, language)}>
      <span className={`${css.due} ${css[state]}`}>
        {state === "late" ? <ExclamationCircleFilled /> : <ClockCircleOutlined />}
        {t(state === "late" ? "late_by" : "time_left", { span: span(Math.abs(left), language) })}
      </span>
    </Tooltip>
  );
}
