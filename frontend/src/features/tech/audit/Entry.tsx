import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Drawer } from "antd";
import { useTranslation } from "react-i18next";
import { recordPath } from "@/lib/resources";
import { useNarrow } from "@/lib/screen";
import { ClauseChip } from "@/ui/ClauseChip";
import { CopyText } from "@/ui/CopyText";
import { Diff } from "@/ui/Diff";
import { Facts } from "@/ui/Facts";
import { When } from "@/ui/When";
import { accountQuery } from "../../org/accounts/queries";
import css from "./audit.module.css";
import type { AuditEntry } from "./queries";
import { resourceOf, useActionWord, useResourceWord } from "./words";

const WIDTH = 640;

/** One entry whole: who, when, from where, by which clauses, and each field before and after. */
export function Entry({ of: entry, onClose }: { of: AuditEntry | null; onClose: () => void }) {
  const { t } = useTranslation(["audit", "field"]);
  const narrow = useNarrow();
  const actionWord = useActionWord();
  const resourceWord = useResourceWord();
  const path = entry?.record_id ? recordPath(resourceOf(entry.resource), entry.record_id) : null;
  return (
    <Drawer
      open={entry !== null}
      onClose={onClose}
      size={narrow ? "100%" : WIDTH}
      title={entry ? `${actionWord(entry.action)} · ${resourceWord(entry.resource)}` : ""}
      destroyOnHidden
    >
      {entry ? (
        <>
          <Facts
            of={[
              { label: t("who"), value: entry.account_name ?? t("rules") },
              { label: t("at"), value: <When at={entry.at} as="exact" /> },
              { label: t("address"), value: entry.address },
              {
                label: t("record"),
                value: path ? <Link to={path}>{t("open_record")}</Link> : entry.record_id ? "…" : null,
              },
              {
                label: t("clauses"),
                value: (
                  <span className={css.chips}>
                    {entry.clauses.map((clause) => (
                      <ClauseChip key={clause} clause={clause} />
                    ))}
                  </span>
                ),
              },
              ...(entry.request_id
                ? [{ label: t("request"), value: <CopyText text={entry.request_id} />, wide: true }]
                : []),
            ]}
          />
          <h3 className={css.changes}>{t("what")}</h3>
          {Object.keys(entry.changes).length === 0 ? (
            <p className="z-none">{t("no_changes")}</p>
          ) : (
            <Diff
              of={Object.entries(entry.changes).map(([field, change]) => {
                const [before, after] = sides(change);
                const shown = (value: unknown) => <Written of={value} field={field} table={entry.resource} />;
                return {
                  field: t(`field:${field}`, { defaultValue: field }),
                  before: shown(before),
                  after: shown(after),
                };
              })}
            />
          )}
        </>
      ) : null}
    </Drawer>
  );
}

/** `[old, new]` of a change; what was created or noted has no before. */
function sides(change: unknown): [unknown, unknown] {
  return Array.isArray(change) && change.length === 2 ? [change[0], change[1]] : [null, change];
}

const PERSON = /^(account|climbed_to|delegate|head|leader|owner)_id$|_by$/;
const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-/;

/** A value of the trail as people read it: a state by its word, a colleague by name, another record by its id's beginning. */
function Written({ of: value, field, table }: { of: unknown; field: string; table: string }) {
  const { t } = useTranslation("states");
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value !== "string") return JSON.stringify(value);
  if (field === "status") return t([`${resourceOf(table)}.${value}`, `any.${value}`], { defaultValue: value });
  if (!ID.test(value)) return value;
  return PERSON.test(field) ? <Colleague id={value} /> : <span title={value}>{value.slice(0, 8)}…</span>;
}

function Colleague({ id }: { id: string }) {
  const { data } = useQuery({ ...accountQuery(id), retry: false });
  return data?.name ?? id.slice(0, 8);
}
