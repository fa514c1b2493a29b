import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Board } from "@/ui/Board";
import { showDone } from "@/ui/notices";
import { Mark } from "@/ui/Person";
import type { Filter } from "@/ui/table/FilterBar";
import { FollowUpForm } from "../follow-ups/form";
import css from "./leads.module.css";
import { NextContact } from "./NextContact";
import { Points } from "./Points";
import { LEADS, type LeadRow, PLAIN_STEPS, type PlainStep, take } from "./queries";

const LANES = ["new", "screening", "qualified", "assigned", "contacted", "nurturing"];
// Into which lane a card goes by which step.
const INTO: Record<string, PlainStep | "contact"> = { screening: "screen", qualified: "qualify", contacted: "contact" };

/** Leads by state; a first contact is written down before the card moves. */
export function LeadBoard({ filters, onMore }: { filters: Filter[]; onMore: (status: string) => void }) {
  const { t } = useTranslation(["lead", "verbs", "kit"]);
  const queries = useQueryClient();
  const [speaking, setSpeaking] = useState<LeadRow | null>(null);
  const word = (verb: string) => t([`verbs:lead.${verb}`, `verbs:any.${verb}`]);
  const move = useMutation({
    mutationFn: ({ row, verb }: { row: LeadRow; verb: PlainStep }) => take(row, verb),
    onSuccess: (_, { verb }) => showDone(t("kit:step_done", { step: word(verb) })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["lead"] }),
  });
  const start = (row: LeadRow, verb: string) => {
    if (verb === "contact") setSpeaking(row);
    else move.mutate({ row, verb: verb as PlainStep });
  };
  const forward = (row: LeadRow) => [...PLAIN_STEPS, "contact"].find((verb) => row.actions.includes(verb)) ?? null;
  return (
    <>
      <Board
        at={LEADS}
        resource="lead"
        lanes={LANES}
        sort="-updated_at"
        search={t("search")}
        filters={filters}
        verbInto={(row, lane) => {
          const verb = INTO[lane];
          return verb && verb === forward(row) ? verb : null;
        }}
        onMove={start}
        onMore={onMore}
        card={(row) => {
          const verb = forward(row);
          return (
            <>
              <div className={css.cardHead}>
                <Link to={`/sales/leads/${row.id}`} className={css.cardTitle} draggable={false}>
                  {row.name}
                </Link>
                <Points score={row.score} isKey={row.key} />
              </div>
              {row.company && row.company !== row.name ? <div className={css.cardWho}>{row.company}</div> : null}
              {row.next_contact_at ? (
                <div className={css.cardNext}>
                  <NextContact lead={row} />
                </div>
              ) : row.need ? (
                <div className={css.cardNeed}>{row.need}</div>
              ) : null}
              <div className={css.cardFoot}>
                {row.owner_name ? (
                  <span className={css.cardOwner}>
                    <Mark name={row.owner_name} size={20} /> {row.owner_name}
                  </span>
                ) : (
                  <span className={css.cardSource}>{row.source_name}</span>
                )}
                {verb ? (
                  <Button
                    size="small"
                    type="text"
                    className={css.cardStep}
                    loading={move.isPending && move.variables.row.id === row.id}
                    onClick={() => start(row, verb)}
                  >
                    {word(verb)}
                  </Button>
                ) : null}
              </div>
            </>
          );
        }}
      />
      <FollowUpForm lead={speaking} open={speaking !== null} onClose={() => setSpeaking(null)} />
    </>
  );
}
