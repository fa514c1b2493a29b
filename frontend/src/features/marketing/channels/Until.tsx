import dayjs from "dayjs";
import { useTranslation } from "react-i18next";
import { dayOf } from "@/lib/time";
import { When } from "@/ui/When";
import type { ChannelRow } from "./queries";
import css from "./Until.module.css";

const SOON_DAYS = 30;

/** The last day under the assessment that stands, and how near it is. */
export function Until({ channel }: { channel: ChannelRow }) {
  const { t } = useTranslation("channel");
  if (channel.approved_until === null) return <span className="z-none">–</span>;
  const last = dayjs(channel.approved_until).subtract(1, "day");
  const left = last.diff(dayjs(dayOf(Date.now())), "day");
  const near = channel.status === "active" && left <= SOON_DAYS;
  return (
    <span className={css.until}>
      <When at={last.format("YYYY-MM-DD")} as="date" />
      {near ? <span className={css.near}>{t("days_left", { count: Math.max(0, left) })}</span> : null}
    </span>
  );
}
