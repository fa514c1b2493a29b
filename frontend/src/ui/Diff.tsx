import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import css from "./Diff.module.css";

export interface Difference {
  field: string;
  before: ReactNode;
  after: ReactNode;
}

/** What a change would do or has done, field by field. */
export function Diff({ of }: { of: Difference[] }) {
  const { t } = useTranslation("kit");
  return (
    <table className={css.diff}>
      <thead>
        <tr>
          <th scope="col">{t("field")}</th>
          <th scope="col">{t("before")}</th>
          <th scope="col">{t("after")}</th>
        </tr>
      </thead>
      <tbody>
        {of.map(({ field, before, after }) => (
          <tr key={field}>
            <th scope="row">{field}</th>
            <td>
              <del>{before ?? "–"}</del>
            </td>
            <td>
              <ins>{after ?? "–"}</ins>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
