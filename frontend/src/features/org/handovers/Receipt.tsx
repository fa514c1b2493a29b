import { BorderOutlined, CheckSquareOutlined } from "@ant-design/icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { NoteField } from "@/features/marketing/NoteField";
import { ReasonField } from "@/features/sales/ReasonField";
import { recordPath } from "@/lib/resources";
import { ActionBar } from "@/ui/ActionBar";
import { Due } from "@/ui/Due";
import { StatusTag } from "@/ui/StatusTag";
import { When } from "@/ui/When";
import css from "./handovers.module.css";
import { HANDOVERS, type HandoverRow, handoverQuery } from "./queries";

/** The receipt of one department: what it signs for, until when, and whether it has. */
export function Receipt({ of: handover, record = false }: { of: HandoverRow; record?: boolean }) {
  const { t } = useTranslation("handover");
  // A row of a list says what one may do, not why one may not; the record itself does.
  const { data } = useQuery(handoverQuery(handover.id));
  const path = recordPath(handover.resource, handover.record_id);
  const signed = handover.status === "accepted" || handover.status === "done";
  const late = handover.status === "offered" && Date.parse(handover.due_at) < Date.now();
  return (
    <article className={late ? `${css.receipt} ${css.late}` : css.receipt}>
      <header className={css.head}>
        <Link to={`/org/handovers/${handover.id}`} className={css.title}>
          {record ? handover.record_title : handover.department_name}
        </Link>
        <StatusTag of="handover" status={handover.status} />
      </header>
      <p className={css.from}>
        {record ? (
          <span>{t("from_to", { from: handover.from_department_name ?? "", to: handover.department_name ?? "" })}</span>
        ) : null}
        <span>
          {handover.offered_by_name} <When at={handover.offered_at} />
        </span>
        {record && path ? <Link to={path}>{t("record_open")}</Link> : null}
      </p>
      <ul className={css.checks}>
        {handover.checklist.map((item) => (
          <li key={item}>
            {signed ? <CheckSquareOutlined className={css.signed} /> : <BorderOutlined className={css.unsigned} />}
            {item}
          </li>
        ))}
      </ul>
      {handover.reason ? <p className={css.reason}>{handover.reason}</p> : null}
      <footer className={css.foot}>
        {handover.status === "offered" ? (
          <Due at={handover.due_at} />
        ) : handover.accepted_by_name ? (
          <span className="z-none">
            {t("signed_by", { name: handover.accepted_by_name })} <When at={handover.answered_at} />
          </span>
        ) : null}
        {data ? <ReceiptActions of={data} /> : null}
      </footer>
    </article>
  );
}

/** What this person may do with a hand-over; what it changes of the record that is handed over is shown at once. */
export function ReceiptActions({ of: handover }: { of: React.ComponentProps<typeof ActionBar>["of"] & HandoverRow }) {
  const { t } = useTranslation("handover");
  const queries = useQueryClient();
  return (
    <span className={css.actions}>
      <ActionBar
        of={handover}
        resource="handover"
        at={HANDOVERS}
        forms={{
          accept: {
            fields: (
              <>
                <p>{t("accept_about")}</p>
                <ul className={css.checks}>
                  {handover.checklist.map((item) => (
                    <li key={item}>
                      <CheckSquareOutlined className={css.signed} />
                      {item}
                    </li>
                  ))}
                </ul>
                <NoteField label={t("note")} />
              </>
            ),
          },
          refuse: {
            fields: (
              <>
                <p>{t("refuse_about")}</p>
                <ReasonField label={t("refuse_why")} needed={t("reason_needed")} placeholder={t("refuse_example")} />
              </>
            ),
          },
          return: {
            fields: (
              <>
                <p>{t("return_about")}</p>
                <ReasonField label={t("return_why")} needed={t("reason_needed")} placeholder={t("return_example")} />
              </>
            ),
          },
          offer: {
            fields: (
              <>
                <p>{t("offer_about")}</p>
                <NoteField label={t("settled")} placeholder={t("settled_example")} />
              </>
            ),
          },
        }}
        onDone={() => queries.invalidateQueries({ queryKey: [handover.resource, handover.record_id] })}
      />
    </span>
  );
}
