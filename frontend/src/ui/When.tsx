import { Tooltip } from "antd";
import { useLanguage } from "@/i18n";
import { useNow } from "@/lib/screen";
import { date, dateTime, relative, shortDateTime } from "@/lib/time";

interface Props {
  /** RFC 3339 time, or a plain date; null shows a dash. */
  at: string | null;
  /** `short` is the default: '今天 14:05'; `relative`: '3小时前'; `exact` in full; `date` without the hour. */
  as?: "short" | "relative" | "exact" | "date";
}

/** A moment by the company's clock; the exact time is always one touch away. */
export function When({ at, as = "short" }: Props) {
  const language = useLanguage();
  const now = useNow();
  if (at === null) return <span className="z-none">–</span>;
  const text = {
    short: () => shortDateTime(at, language, now),
    relative: () => relative(at, language, now),
    exact: () => dateTime(at, language),
    date: () => date(at, language),
  }[as]();
  if (as === "exact" || as === "date") return <time dateTime={at}>{text}</time>;
  const exact =
    as === "relative" ? dateTime(at, language) : `${dateTime(at, language)} · ${relative(at, language, now)}`;
  return (
    <Tooltip title={exact}>
      <time dateTime={at} className="z-nowrap">
        {text}
      </time>
    </Tooltip>
  );
}
