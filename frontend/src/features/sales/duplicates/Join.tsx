import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { Facts } from "@/ui/Facts";
import { showDone } from "@/ui/notices";
import { Section } from "@/ui/Page";
import { called } from "../leads/queries";
import css from "./duplicates.module.css";
import { type Duplicate, duplicateQuery } from "./queries";

/** A lead of somebody who is a customer already: it joins the file, so that its conversion opens no second one. */
export function Join({ pair }: { pair: Duplicate }) {
  const { t } = useTranslation("duplicate");
  const has = useDuty();
  const queries = useQueryClient();
  const join = useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/sales/duplicates/{record_id}/merge", {
          params: { path: { record_id: pair.id }, header: ifMatch(pair) },
          body: { keep: pair.customer_id ?? "", take: [] },
        }),
      ),
    onSuccess: async (fresh) => {
      queries.setQueryData(duplicateQuery(pair.id).queryKey, fresh);
      await queries.invalidateQueries({ queryKey: ["duplicate"] });
      void queries.invalidateQueries({ queryKey: ["lead"] });
      showDone(t("joined"));
    },
  });
  const customer = `${pair.customer_name} · ${pair.customer_number}`;
  return (
    <Section title={t("known_customer")}>
      <p>{t("known_customer_about")}</p>
      <Facts
        of={[
          {
            label: t("lead"),
            value: <Link to={`/sales/leads/${pair.lead_id}`}>{called(pair.lead_name, pair.lead_company)}</Link>,
          },
          {
            label: t("customer_file"),
            value:
              pair.customer_id && has("customer.read") ? (
                <Link to={`/sales/customers/${pair.customer_id}`}>{customer}</Link>
              ) : (
                customer
              ),
          },
        ]}
      />
      {pair.actions.includes("merge") ? (
        <div className={css.foot}>
          <span>{t("undo_about")}</span>
          <Button type="primary" loading={join.isPending} onClick={() => join.mutate()}>
            {t("join")}
          </Button>
        </div>
      ) : null}
    </Section>
  );
}
