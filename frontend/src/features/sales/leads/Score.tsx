import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { Failure } from "@/ui/Failure";
import { scoreQuery } from "./queries";
import css from "./Score.module.css";

/** 4.1.2 The score of a lead: intent and fit apart, each point by its rule. */
export function Score({ leadId }: { leadId: string }) {
  const { t } = useTranslation("lead");
  const has = useDuty();
  const { data: score, error } = useQuery(scoreQuery(leadId));
  if (error) return <Failure error={error} />;
  if (!score) return <Skeleton active title={false} paragraph={{ rows: 4 }} />;
  const model =
    score.model_id && has("scoring_model.read") ? (
      <Link to={`/sales/scoring-models/${score.model_id}`}>{score.model_name}</Link>
    ) : (
      score.model_name
    );
  const [before, after] = t("score_by", { model: "\u0000", from: score.key_from }).split("\u0000");
  return (
    <>
      <p className={css.total}>
        <strong>{score.score}</strong> / 100
        {score.key ? <span className={css.key}>{t("key")}</span> : null}
      </p>
      <Side
        title={t("intent")}
        about={t("intent_about")}
        got={score.intent_score}
        most={score.intent_max}
        parts={score.parts.filter(({ side }) => side === "intent")}
      />
      <Side
        title={t("fit")}
        about={t("fit_about")}
        got={score.fit_score}
        most={score.fit_max}
        parts={score.parts.filter(({ side }) => side === "fit")}
      />
      <p className={css.by}>
        {before}
        {model}
        {after}
      </p>
    </>
  );
}

interface SideProps {
  title: string;
  about: string;
  got: number;
  most: number;
  parts: { label: string; points: number }[];
}

function Side({ title, about, got, most, parts }: SideProps) {
  const { t } = useTranslation("lead");
  return (
    <section className={css.side}>
      <header>
        <span>
          {title} <small>{about}</small>
        </span>
        <span className="z-figures">
          <strong>{got}</strong> / {most}
        </span>
      </header>
      <svg className={css.bar} viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="6" className={css.ground} />
        <rect width={most > 0 ? (100 * got) / most : 0} height="6" className={css.got} />
      </svg>
      {parts.length > 0 ? (
        <ul>
          {parts.map(({ label, points }) => (
            <li key={label}>
              <span>{label}</span>
              <span className="z-figures">{points > 0 ? `+${points}` : `−${-points}`}</span>
            </li>
          ))}
        </ul>
      ) : (
        <p className={css.none}>{t("score_none")}</p>
      )}
    </section>
  );
}
