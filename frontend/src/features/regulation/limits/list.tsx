import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { ClauseChip } from "@/ui/ClauseChip";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import { LimitForm } from "./form";
import { LimitText } from "./LimitText";
import css from "./limits.module.css";
import { type Limit, limitsQuery } from "./queries";

/** 8.1.1 How long the company gives itself for what the regulation makes due. */
export default function Limits() {
  const { t } = useTranslation("limits");
  const has = useDuty();
  const { data, error } = useQuery(limitsQuery());
  const [changing, setChanging] = useState<Limit | null>(null);
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  return (
    <Page width="reading" title={t("title")} about={t("about")} tags={<ClauseChip clause="8.1.1" />}>
      <Section flush>
        <ul className={css.rows}>
          {data.items.map((limit) => (
            <li key={limit.name}>
              <span className={css.clause}>
                <ClauseChip clause={limit.clause} />
              </span>
              <div className={css.what}>
                <span>{limit.title}</span>
                {limit.amount === limit.default_amount ? null : (
                  <small>
                    {t("default")} <LimitText amount={limit.default_amount} unit={limit.unit} />
                    {limit.set_by_name ? ` · ${t("set_by", { name: limit.set_by_name })}` : null}
                  </small>
                )}
              </div>
              <strong>
                <LimitText amount={limit.amount} unit={limit.unit} />
              </strong>
              {has("limit.update") ? (
                <Button
                  size="small"
                  onClick={() => setChanging(limit)}
                  aria-label={t("change", { title: limit.title })}
                >
                  {t("edit")}
                </Button>
              ) : null}
            </li>
          ))}
        </ul>
      </Section>
      <LimitForm limit={changing} onClose={() => setChanging(null)} />
    </Page>
  );
}
