import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { recordPath } from "@/lib/resources";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Money } from "@/ui/Money";
import { StatusTag } from "@/ui/StatusTag";
import { type Moment, Timeline } from "@/ui/Timeline";
import css from "./customers.module.css";
import { type Happening, timelineQuery } from "./queries";

/** Everything that happened with a customer: what was said, offered, ordered, done and told, in one line of time. */
export function CustomerTimeline({ id }: { id: string }) {
  const { t } = useTranslation("customer");
  const { data, error, isPending, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery(
    timelineQuery(id),
  );
  const moment = useMoment();
  if (isPending) return <Skeleton active title={false} paragraph={{ rows: 6 }} />;
  if (error) return <Failure error={error} />;
  const happened = data.pages.flatMap((page) => page.items);
  if (happened.length === 0) {
    return <Empty title={t("nothing_happened")} about={t("nothing_happened_about")} clause="4.4.3" />;
  }
  return (
    <>
      <Timeline moments={happened.map(moment)} />
      {hasNextPage ? (
        <div className={css.more}>
          <Button onClick={() => fetchNextPage()} loading={isFetchingNextPage}>
            {t("earlier")}
          </Button>
        </div>
      ) : null}
    </>
  );
}

function useMoment(): (of: Happening) => Moment {
  const { t } = useTranslation(["customer", "verbs", "resources"]);
  return (of) => {
    const path = recordPath(of.resource, of.record_id);
    const title = path && of.title ? <Link to={path}>{of.title}</Link> : of.title;
    const kind = <span className={css.kind}>{t(`resources:${of.resource}`, { defaultValue: of.resource })}</span>;
    const words = {
      follow_up: () => (
        <span className={css.happened}>
          <span className={css.kind}>{t(`channels.${of.status}`, { defaultValue: of.status ?? "" })}</span>
          <span className={css.said}>{of.title}</span>
        </span>
      ),
      step: () => (
        <span className={css.happened}>
          {t([`verbs:${of.resource}.${of.status}`, `verbs:any.${of.status}`], { defaultValue: of.status ?? "" })}
          {kind}
          {title}
        </span>
      ),
      record: () => (
        <span className={css.happened}>
          {kind}
          {title}
          {of.amount && Number(of.amount) > 0 ? <Money amount={of.amount} /> : null}
          {of.status ? <StatusTag of={of.resource} status={of.status} /> : null}
        </span>
      ),
    };
    const show = of.kind === "follow_up" ? words.follow_up : of.kind === "step" ? words.step : words.record;
    return {
      id: of.id,
      at: of.at,
      by: of.account_name ?? t("by_rule"),
      title: show(),
      note: of.text ? <span className={of.kind === "follow_up" ? css.answer : undefined}>{of.text}</span> : null,
    };
  };
}
