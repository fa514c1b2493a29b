import { useTranslation } from "react-i18next";
import css from "./CriteriaTable.module.css";
import { EvidenceFiles } from "./EvidenceFiles";
import { CRITERIA, type Criteria, points } from "./queries";

interface Props {
  of: Criteria;
  score: number;
  /** The version before, to show what has moved. */
  before?: Criteria;
}

/** How the score comes about: each criterion's score and weight, what it adds, and the evidence. */
export function CriteriaTable({ of: criteria, score, before }: Props) {
  const { t } = useTranslation("channel_assessment");
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t("criterion")}</th>
          <th scope="col" className={css.bars}>
            {t("score")}
          </th>
          <th scope="col">{t("weight")}</th>
          <th scope="col">{t("points")}</th>
        </tr>
      </thead>
      {CRITERIA.map((name) => {
        const criterion = criteria[name];
        const moved = before ? criterion.score - before[name].score : 0;
        return (
          <tbody key={name}>
            <tr>
              <th scope="row">{t(`criteria.${name}`)}</th>
              <td className={css.bars}>
                <span className={css.bar}>
                  <span className={css.track} aria-hidden="true">
                    <span className={css.fill} style={{ width: `${criterion.score}%` }} />
                  </span>
                  <span className={css.figure}>{criterion.score}</span>
                  <span className={css.moved}>{moved === 0 ? "" : signed(moved)}</span>
                </span>
              </td>
              <td>{criterion.weight}%</td>
              <td>{points(criterion).toFixed(1)}</td>
            </tr>
            <tr className={css.evidence}>
              <td colSpan={4}>
                {criterion.evidence}
                <EvidenceFiles ids={criterion.file_ids} />
              </td>
            </tr>
          </tbody>
        );
      })}
      <tfoot>
        <tr>
          <th scope="row">{t("weighed")}</th>
          <td className={css.bars} />
          <td>100%</td>
          <td>{score.toFixed(1)}</td>
        </tr>
      </tfoot>
    </table>
  );
}

function signed(change: number): string {
  return change > 0 ? `+${change}` : `−${-change}`;
}
