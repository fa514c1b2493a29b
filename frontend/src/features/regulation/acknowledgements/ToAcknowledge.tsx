import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { ClauseChip } from "@/ui/ClauseChip";
import { showDone } from "@/ui/notices";
import { When } from "@/ui/When";
import css from "./acknowledgements.module.css";

/** 1.2 The reader says that he has read the version in force; afterwards, when he did. */
export function ToAcknowledge({ version }: { version: components["schemas"]["InForceOut"] }) {
  const { t } = useTranslation("acknowledgement");
  const has = useDuty();
  const queries = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: () => ok(api.POST("/api/v1/regulation/acknowledgements", { body: { version_id: version.id } })),
    onSuccess: async () => {
      showDone(t("done"));
      await Promise.all(
        ["clause", "acknowledgement", "day", "regulation_version"].map((key) =>
          queries.invalidateQueries({ queryKey: [key] }),
        ),
      );
    },
  });
  if (version.acknowledged_at !== null) {
    return (
      <p className={css.known}>
        ✓ {t("known_since")} <When at={version.acknowledged_at} />
      </p>
    );
  }
  if (!has("acknowledgement.create")) return null;
  return (
    <section className={css.ask} aria-label={t("ask")}>
      <div>
        <strong>{t("ask")}</strong> <ClauseChip clause="1.2" />
        <p>{t("ask_about", { number: version.number })}</p>
      </div>
      <Button type="primary" loading={acknowledge.isPending} onClick={() => acknowledge.mutate()}>
        {t("acknowledge")}
      </Button>
    </section>
  );
}
