import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { recordPath } from "@/lib/resources";
import { ClauseChip } from "@/ui/ClauseChip";
import { Money } from "@/ui/Money";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { Telephone } from "@/ui/Telephone";
import { When } from "@/ui/When";
import { type Kind, pointsInto } from "./registers";
import css from "./registers.module.css";

export type Row = Record<string, unknown>;

const PEOPLE = /^(owner|account|leader|head|delegate|offered_by|accepted_by|approved_by|created_by|submitted_by)_name$/;

/** One value of a record as people read it. */
export function Value({ of: row, name, kind, resource }: { of: Row; name: string; kind: Kind; resource: string }) {
  const { t } = useTranslation("field");
  const value = row[name];
  if (name === "status" || name === "payment") return <StatusTag of={resource} status={String(value)} />;
  if (value === null || value === undefined || value === "") return <span className="z-none">–</span>;
  if (PEOPLE.test(name)) return <Person name={String(value)} />;
  if (name === "clause") return <ClauseChip clause={String(value)} />;
  if (name === "phone_masked") return <Telephone masked={String(value)} />;
  if (kind === "money") return <Money amount={String(value)} />;
  if (kind === "time") return <When at={String(value)} />;
  if (kind === "day") return <When at={String(value)} as="date" />;
  if (typeof value === "boolean") return <>{value ? t("yes") : t("no")}</>;
  const pointed = name.endsWith("_name") ? pointsInto(name.replace(/_name$/, "_id")) : null;
  const path = pointed && recordPath(pointed, String(row[name.replace(/_name$/, "_id")]));
  if (path && row[name.replace(/_name$/, "_id")]) return <Link to={path}>{String(value)}</Link>;
  if (Array.isArray(value)) return <Rows of={value} />;
  if (typeof value === "object") return <Pairs of={value as Row} />;
  const word = t(`word_${name}_${String(value)}`, { defaultValue: "" });
  return <>{word || String(value)}</>;
}

/** A list inside a record: plain words in a line, lines of an order as a small table. */
function Rows({ of: rows }: { of: unknown[] }) {
  const { t } = useTranslation("field");
  if (rows.length === 0) return <span className="z-none">–</span>;
  if (typeof rows[0] !== "object" || rows[0] === null) return <>{rows.map(String).join("、")}</>;
  const names = Object.keys(rows[0] as Row).filter((name) => !name.endsWith("id") && name !== "version");
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard
    <section className={css.scroll} tabIndex={0} aria-label={t("lines")}>
      <table className={css.rows}>
        <thead>
          <tr>
            {names.map((name) => (
              <th key={name} scope="col">
                {t(name, { defaultValue: name })}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {(rows as Row[]).map((row, index) => (
            <tr key={String(row.id ?? index)}>
              {names.map((name) => (
                <td key={name}>{inCell(row[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function inCell(value: unknown) {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "string" && /^-?\d+\.\d{2}$/.test(value)) return <Money amount={value} />;
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

function Pairs({ of: pairs }: { of: Row }) {
  const { t } = useTranslation("field");
  const entries = Object.entries(pairs);
  if (entries.length === 0) return <span className="z-none">–</span>;
  return (
    <ul className={css.pairs}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <span>{t(name, { defaultValue: name })}</span> {inCell(value)}
        </li>
      ))}
    </ul>
  );
}
