import { PlusOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useLanguage } from "@/i18n";
import { percent } from "@/lib/numbers";
import { useNarrow } from "@/lib/screen";
import { Empty } from "@/ui/Empty";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import type { ListQuery } from "@/ui/table/listing";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { CAMPAIGNS } from "../campaigns/queries";
import { CHANNELS } from "../channels/queries";
import { useSpendColumns } from "./columns";
import { SpendForm } from "./form";
import css from "./list.module.css";
import { SPEND, spendTotalsQuery } from "./queries";

/** 1.3.3 What promotion costs: a ledger that is added to and never edited, and what it comes to. */
export default function SpendLedger() {
  const { t } = useTranslation("spend");
  const has = useDuty();
  const narrow = useNarrow();
  const [making, setMaking] = useState(false);
  const columns = useSpendColumns();
  const make = has("spend.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  return (
    <Page title={t("title")} about={t("about")} actions={make} aside={narrow ? null : <Totals />}>
      {narrow ? (
        <div className={css.above}>
          <Totals />
        </div>
      ) : null}
      <ResourceTable
        at={SPEND}
        resource="spend"
        columns={columns}
        filters={[
          { kind: "dates", key: "day", label: t("day") },
          { kind: "record", key: "channel_id", label: t("channel"), at: CHANNELS },
          { kind: "record", key: "campaign_id", label: t("campaign"), at: CAMPAIGNS },
        ]}
        views={[{ name: t("view_reversed"), query: { status: "reversed,reversal" } }]}
        empty={<Empty title={t("empty")} about={t("empty_about")} clause="1.3.3" action={make} />}
      />
      <SpendForm open={making} onClose={() => setMaking(false)} />
    </Page>
  );
}

// What the rows of the list come to: the same filters, asked of the ledger itself.
function Totals() {
  const { t } = useTranslation("spend");
  const language = useLanguage();
  const { sort: _, ...filters } = useSearch({ strict: false }) as ListQuery;
  const { data } = useQuery({ ...spendTotalsQuery(filters), placeholderData: (before) => before });
  if (!data) return null;
  const whole = Number(data.amount);
  const byAmount = [...data.items].sort((a, b) => Number(b.amount) - Number(a.amount));
  return (
    <Section title={t("totals")}>
      <p className={css.whole}>
        <Money amount={data.amount} />
      </p>
      <ul className={css.parts}>
        {byAmount.map(({ campaign_id, campaign_name, channel_name, amount }) => (
          <li key={campaign_id}>
            <Link to={`/marketing/campaigns/${campaign_id}`}>{campaign_name}</Link>
            <Money amount={amount} />
            <small>{channel_name}</small>
            <small>{whole > 0 ? percent(Number(amount) / whole, language, 0) : null}</small>
            <span className={css.track} aria-hidden="true">
              <span style={{ width: whole > 0 ? `${(100 * Number(amount)) / whole}%` : 0 }} />
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
