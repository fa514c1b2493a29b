import { CommentOutlined, EnvironmentOutlined, MailOutlined, PhoneOutlined, TeamOutlined } from "@ant-design/icons";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Button, Skeleton, Tag } from "antd";
import type { ComponentType, ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Mark } from "@/ui/Person";
import { When } from "@/ui/When";
import css from "./follow-ups.module.css";
import { type FollowUpRow, saidQuery } from "./queries";

const ICONS: Record<string, ComponentType> = {
  call: PhoneOutlined,
  wechat: CommentOutlined,
  email: MailOutlined,
  visit: EnvironmentOutlined,
  meeting: TeamOutlined,
};

/** What was said with a lead, newest first: what we said, what was answered, what was promised. */
export function Conversations({ leadId, first }: { leadId: string; first?: ReactNode }) {
  const { t } = useTranslation(["follow_up", "kit"]);
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    saidQuery(leadId),
  );
  if (isPending) return <Skeleton active title={false} paragraph={{ rows: 4 }} />;
  if (error) return <Failure error={error} />;
  const said = data.pages.flatMap((page) => page.items);
  if (said.length === 0) return <Empty title={t("none")} about={t("none_about")} clause="4.2.3" action={first} />;
  return (
    <>
      <ol className={css.said}>
        {said.map((one) => (
          <Conversation key={one.id} of={one} />
        ))}
      </ol>
      {hasNextPage ? (
        <Button block type="text" loading={isFetchingNextPage} onClick={() => fetchNextPage()}>
          {t("kit:more")}
        </Button>
      ) : null}
    </>
  );
}

function Conversation({ of: one }: { of: FollowUpRow }) {
  const { t } = useTranslation("follow_up");
  const Icon = ICONS[one.channel] ?? CommentOutlined;
  return (
    <li>
      <div className={css.head}>
        <span className={css.way}>
          <Icon /> {t(`ways.${one.channel}`)}
        </span>
        <When at={one.at} />
        {one.created_by_name ? (
          <span className={css.by}>
            <Mark name={one.created_by_name} size={18} /> {one.created_by_name}
          </span>
        ) : null}
        {one.tags.map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </div>
      <p className={css.content}>{one.content}</p>
      {one.response ? (
        <p className={css.response}>
          <span>{t("response")}</span>
          {one.response}
        </p>
      ) : (
        <p className={css.unanswered}>{t("unanswered")}</p>
      )}
      {one.next_at ? (
        <p className={css.next}>
          {t("promised")} <When at={one.next_at} />
        </p>
      ) : null}
    </li>
  );
}
