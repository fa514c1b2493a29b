import { useTranslation } from "react-i18next";
import { StatusTag } from "@/ui/StatusTag";
import type { Column } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import type { MessageRow } from "./queries";
import { WhyNot } from "./WhyNot";

/** The columns of messages, in the outbox and in the page of a customer. */
export function useMessageColumns(): Column<MessageRow>[] {
  const { t } = useTranslation("message");
  return [
    { key: "subject", title: t("subject") },
    { key: "to_name", title: t("to"), width: 180 },
    {
      key: "status",
      title: t("status"),
      width: 110,
      show: ({ status }) => <StatusTag of="message" status={status} />,
    },
    {
      key: "error",
      title: t("error"),
      width: 200,
      show: ({ error, caught }) =>
        error ? <WhyNot code={error} /> : <span className="z-none">{caught ? t("caught_short") : "–"}</span>,
    },
    {
      key: "sent_at",
      title: t("sent_at"),
      width: 150,
      show: ({ sent_at, created_at }) => <When at={sent_at ?? created_at} />,
    },
    { key: "attempts", title: t("attempts"), align: "right", width: 80, hidden: true },
  ];
}
