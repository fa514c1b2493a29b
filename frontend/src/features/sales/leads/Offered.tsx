import { MergeCellsOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { ClauseChip } from "@/ui/ClauseChip";
import { LinkButton } from "@/ui/LinkButton";
import { StatusTag } from "@/ui/StatusTag";
import { type DuplicateRow, pairsOfQuery } from "../duplicates/queries";
import css from "./leads.module.css";
import { called } from "./queries";

/** Who the lead may be besides, offered for merging; nothing where it is alone. */
export function Offered({ leadId }: { leadId: string }) {
  const { t } = useTranslation("lead");
  const has = useDuty();
  const { data } = useQuery({ ...pairsOfQuery(leadId), enabled: has("duplicate.read") });
  if (!data?.length) return null;
  return (
    <section className={css.offered} aria-label={t("duplicates")}>
      <header>
        <strong>{t("duplicates")}</strong>
        <ClauseChip clause="4.1.1" />
        <span className={css.soft}>{t("duplicates_about")}</span>
      </header>
      <ul>
        {data.map((pair) => (
          <Pair key={pair.id} pair={pair} leadId={leadId} />
        ))}
      </ul>
    </section>
  );
}

function Pair({ pair, leadId }: { pair: DuplicateRow; leadId: string }) {
  const { t } = useTranslation("lead");
  const asOther = pair.other_id === leadId;
  const name = asOther
    ? called(pair.lead_name, pair.lead_company)
    : pair.customer_id
      ? (pair.customer_name ?? "–")
      : called(pair.other_name, pair.other_company);
  const status = asOther ? pair.lead_status : pair.other_status;
  return (
    <li>
      <div>
        <span className={css.pairName}>{name}</span>
        {status ? <StatusTag of="lead" status={status} /> : null}
        <small>
          {pair.reason === "phone"
            ? t("same_phone")
            : pair.reason === "email"
              ? t("same_email")
              : t("alike", { score: pair.score })}
          {" · "}
          {pair.customer_id
            ? t("customer_of", { number: pair.customer_number })
            : asOther
              ? null
              : pair.other_owner_name
                ? t("held_by", { name: pair.other_owner_name })
                : t("held_by_nobody")}
        </small>
      </div>
      <LinkButton to={`/sales/duplicates/${pair.id}`} icon={<MergeCellsOutlined />}>
        {t("compare")}
      </LinkButton>
    </li>
  );
}
