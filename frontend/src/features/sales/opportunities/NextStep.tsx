import { useTranslation } from "react-i18next";
import { useNow } from "@/lib/screen";
import { When } from "@/ui/When";
import css from "./opportunities.module.css";
import type { OpportunityRow } from "./queries";

/** What is promised next and when; late where the moment has passed. */
export function NextStep({
  of: { status, next_step, next_step_at, held_until },
}: {
  of: Pick<OpportunityRow, "status" | "next_step" | "next_step_at" | "held_until">;
}) {
  const { t } = useTranslation("opportunity");
  const now = useNow();
  if (status === "won" || status === "lost") return <span className="z-none">–</span>;
  if (status === "on_hold") {
    return (
      <span className="z-none">
        {t("held_until")} <When at={held_until} as="date" />
      </span>
    );
  }
  if (!next_step && !next_step_at) return <span className={css.missing}>{t("no_next_step")}</span>;
  const late = next_step_at !== null && Date.parse(next_step_at) < now;
  return (
    <span className={css.next}>
      <span className={css.nextText}>{next_step ?? t("next_step")}</span>
      {next_step_at ? (
        <span className={late ? css.late : css.soft}>
          {late ? `${t("late")} ` : null}
          <When at={next_step_at} />
        </span>
      ) : null}
    </span>
  );
}
