import { CheckOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Input, Radio } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { telephone } from "@/lib/telephone";
import { Money } from "@/ui/Money";
import { showDone } from "@/ui/notices";
import { Section } from "@/ui/Page";
import { StatusTag } from "@/ui/StatusTag";
import { When } from "@/ui/When";
import type { Lead } from "../leads/queries";
import css from "./duplicates.module.css";
import { type Duplicate, duplicateQuery, type MergeIn } from "./queries";

type Field = NonNullable<MergeIn["take"]>[number];
type Side = "lead" | "other";

// What may be taken from the one or the other, as the merge names it.
const FIELDS: Record<string, (lead: Lead) => ReactNode> = {
  name: (lead) => lead.name,
  phone: (lead) => lead.phone_masked && <span className="z-figures">{telephone(lead.phone_masked)}</span>,
  email: (lead) => lead.email_masked,
  company: (lead) => lead.company,
  title: (lead) => lead.title,
  region: (lead) => lead.region,
  need: (lead) => lead.need,
  product_interest: (lead) => lead.product_interest,
  budget: (lead) => lead.budget && <Money amount={lead.budget} />,
  source: (lead) => [lead.source_name, lead.campaign_name ?? lead.channel_name].filter(Boolean).join(" · "),
};
// By what two values are told apart, where what is shown is drawn.
const RAW: Record<string, (lead: Lead) => string | null> = {
  phone: (lead) => lead.phone_masked,
  budget: (lead) => lead.budget,
};

/** Two leads side by side: which stays, and of each field which value. What is blank in the one that stays is filled. */
export function Merge({ pair, lead, other }: { pair: Duplicate; lead: Lead; other: Lead }) {
  const { t } = useTranslation("duplicate");
  const queries = useQueryClient();
  const [keep, setKeep] = useState<Side>(() => (further(lead, other) ? "lead" : "other"));
  const [chosen, setChosen] = useState<Record<string, Side>>({});
  const [note, setNote] = useState("");
  const open = pair.actions.includes("merge");
  const both = { lead, other };
  const value = (name: string, side: Side) => (RAW[name] ?? FIELDS[name])?.(both[side]) || null;
  // A blank never wins over a value: the merge fills it anyway.
  const wins = (name: string): Side => {
    const rest = keep === "lead" ? "other" : "lead";
    if (value(name, keep) === null && value(name, rest) !== null) return rest;
    return chosen[name] ?? keep;
  };

  const merge = useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/sales/duplicates/{record_id}/merge", {
          params: { path: { record_id: pair.id }, header: ifMatch(pair) },
          body: {
            keep: both[keep].id,
            take: Object.keys(FIELDS).filter((name) => wins(name) !== keep && value(name, wins(name))) as Field[],
            note: note || undefined,
          },
        }),
      ),
    onSuccess: async (fresh) => {
      queries.setQueryData(duplicateQuery(pair.id).queryKey, fresh);
      await queries.invalidateQueries({ queryKey: ["duplicate"] });
      for (const key of ["lead", "follow_up", "day"]) void queries.invalidateQueries({ queryKey: [key] });
      showDone(t("merged"));
    },
  });

  const choose = (name: string, side: Side) => setChosen({ ...chosen, [name]: side });
  return (
    <Section title={t(open ? "compare" : "compared")} flush>
      <table className={css.pair}>
        <thead>
          <tr>
            <th scope="col">
              <span className="z-hidden">{t("field")}</span>
            </th>
            {(["lead", "other"] as const).map((side) => (
              <th key={side} scope="col" className={open && keep === side ? css.kept : undefined}>
                <div className={css.who}>
                  <Link to={`/sales/leads/${both[side].id}`}>{both[side].name}</Link>
                  <StatusTag of="lead" status={both[side].status} />
                </div>
                <small>
                  {t("arrived")} <When at={both[side].arrived_at} />
                  {" · "}
                  {both[side].owner_name ? t("held_by", { name: both[side].owner_name }) : t("held_by_nobody")}
                </small>
                {open ? (
                  <Radio
                    checked={keep === side}
                    onChange={() => {
                      setKeep(side);
                      setChosen({});
                    }}
                  >
                    {t("keep")}
                  </Radio>
                ) : null}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {Object.entries(FIELDS).map(([name, show]) => {
            const [left, right] = [value(name, "lead"), value(name, "other")];
            if (left === null && right === null) return null;
            const choice = open && left !== null && right !== null && left !== right;
            return (
              <tr key={name} className={choice ? css.differs : undefined}>
                <th scope="row">{t(`fields.${name}`)}</th>
                {(["lead", "other"] as const).map((side) => (
                  <td key={side} className={open && wins(name) === side ? css.wins : undefined}>
                    {choice ? (
                      <Radio checked={wins(name) === side} onChange={() => choose(name, side)}>
                        {show(both[side])}
                      </Radio>
                    ) : (
                      <span className={css.plain}>
                        {open && left !== right && wins(name) === side ? <CheckOutlined aria-hidden /> : null}
                        {show(both[side]) || <span className="z-none">–</span>}
                      </span>
                    )}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
      {open ? (
        <div className={css.foot}>
          <Input
            value={note}
            maxLength={1000}
            placeholder={t("note_example")}
            aria-label={t("note")}
            onChange={(event) => setNote(event.target.value)}
          />
          <span>{t("undo_about")}</span>
          <Button type="primary" loading={merge.isPending} onClick={() => merge.mutate()}>
            {t("merge")}
          </Button>
        </div>
      ) : null}
    </Section>
  );
}

const WAY = ["new", "screening", "qualified", "pool", "assigned", "contacted", "nurturing"];

// The one on which more work was done stays by default; of equals the earlier one.
function further(lead: Lead, other: Lead): boolean {
  const [one, two] = [WAY.indexOf(lead.status), WAY.indexOf(other.status)];
  return one === two ? lead.arrived_at < other.arrived_at : one > two;
}
