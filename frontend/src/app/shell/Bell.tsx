import { BellOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Badge, Button, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { type Notification, notificationsQuery } from "@/api/me";
import { ok } from "@/api/problem";
import { recordPath } from "@/lib/resources";
import { When } from "@/ui/When";
import css from "./Bell.module.css";

/** What the company told this person; new ones arrive by the stream. */
export function Bell() {
  const { t } = useTranslation("shell");
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { data } = useQuery(notificationsQuery);
  const read = useMutation({
    mutationFn: (body: { ids: string[] } | { all: true }) => ok(api.POST("/api/v1/me/notifications/read", { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["notification"] }),
  });
  const unread = data?.unread ?? 0;

  function visit(notification: Notification) {
    setOpen(false);
    if (!notification.read_at) read.mutate({ ids: [notification.id] });
    const path =
      notification.resource && notification.record_id
        ? recordPath(notification.resource, notification.record_id)
        : null;
    if (path) void navigate({ to: path });
  }

  const items = data?.items ?? [];
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      open={open}
      onOpenChange={setOpen}
      title={
        <div className={css.head}>
          <span>{t("bell")}</span>
          {unread > 0 ? (
            <Button type="link" size="small" onClick={() => read.mutate({ all: true })}>
              {t("bell_read_all")}
            </Button>
          ) : null}
        </div>
      }
      content={
        items.length === 0 ? (
          <p className={css.none}>{t("bell_none")}</p>
        ) : (
          <ul className={css.list}>
            {items.map((notification) => (
              <li key={notification.id}>
                <button
                  type="button"
                  className={notification.read_at ? css.read : css.unread}
                  onClick={() => visit(notification)}
                >
                  <span>{notification.title}</span>
                  {notification.body ? <small>{notification.body}</small> : null}
                  <small>
                    <When at={notification.created_at} as="relative" />
                  </small>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    >
      <Button
        type="text"
        aria-label={unread > 0 ? t("bell_unread", { count: unread }) : t("bell")}
        title={t("bell")}
        icon={
          <Badge count={unread} size="small" overflowCount={99} offset={[10, -3]}>
            <BellOutlined />
          </Badge>
        }
      />
    </Popover>
  );
}
