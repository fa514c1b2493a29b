import { RightOutlined } from "@ant-design/icons";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { Board } from "@/ui/Board";
import { Money } from "@/ui/Money";
import { showDone } from "@/ui/notices";
import type { Filter } from "@/ui/table/FilterBar";
import { NextStep } from "./NextStep";
import css from "./opportunities.module.css";
import { ENTERS, OPPORTUNITIES, type OpportunityRow, STAGES } from "./queries";

/** Opportunities by stage. A stage lets in what has its facts; what it misses is said, and nothing moves. */
export function Stages({ filters, onMore }: { filters: Filter[]; onMore: (stage: string) => void }) {
  const { t } = useTranslation(["opportunity", "verbs", "states", "kit"]);
  const queries = useQueryClient();
  const word = (verb: string) => t([`verbs:opportunity.${verb}`, `verbs:any.${verb}`]);
  const move = useMutation({
    mutationFn: ({ row, verb }: { row: OpportunityRow; verb: string }) => {
      const params = { path: { record_id: row.id }, header: ifMatch(row) };
      if (verb === "define") {
        return ok(api.POST("/api/v1/sales/opportunities/{record_id}/define", { params, body: {} }));
      }
      if (verb === "offer") return ok(api.POST("/api/v1/sales/opportunities/{record_id}/offer", { params, body: {} }));
      return ok(api.POST("/api/v1/sales/opportunities/{record_id}/negotiate", { params, body: {} }));
    },
    onSuccess: (_, { verb }) => showDone(t("kit:step_done", { step: word(verb) })),
    onSettled: () => queries.invalidateQueries({ queryKey: ["opportunity"] }),
  });
  // The stage that follows a row's own, if this person may enter it.
  const forward = (row: OpportunityRow) =>
    Object.values(ENTERS).find((verb) => row.actions.includes(verb) && ENTERS[nextOf(row.status)] === verb) ?? null;
  return (
    <Board
      at={OPPORTUNITIES}
      resource="opportunity"
      lanes={[...STAGES, "on_hold"]}
      sort="-updated_at"
      search={t("search")}
      filters={filters}
      verbInto={(row, lane) => (nextOf(row.status) === lane ? forward(row) : null)}
      onMove={(row, verb) => move.mutate({ row, verb })}
      onMore={onMore}
      card={(row) => {
        const verb = forward(row);
        return (
          <>
            <Link to={`/sales/opportunities/${row.id}`} className={css.cardTitle} draggable={false}>
              {row.title}
            </Link>
            <span className={css.cardWho}>{row.customer_name}</span>
            <div className={css.cardMoney}>
              <Money amount={row.amount} />
              <small>{row.probability}%</small>
            </div>
            <div className={css.cardNext}>
              <NextStep of={row} />
            </div>
            <div className={css.cardFoot}>
              <span className="z-none z-nowrap">{row.owner_name}</span>
              {verb ? (
                <Button
                  size="small"
                  type="text"
                  icon={<RightOutlined />}
                  iconPlacement="end"
                  loading={move.isPending && move.variables.row.id === row.id}
                  title={word(verb)}
                  onClick={() => move.mutate({ row, verb })}
                >
                  {t([`states:opportunity.${nextOf(row.status)}`, `states:any.${nextOf(row.status)}`])}
                </Button>
              ) : null}
            </div>
          </>
        );
      }}
    />
  );
}

function nextOf(stage: string): string {
  return STAGES[STAGES.indexOf(stage) + 1] ?? "";
}
