import { useQuery } from "@tanstack/react-query";
import { Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { Section } from "@/ui/Page";
import { type Difference, differenceQuery, type Version, type Wording } from "./queries";
import css from "./versions.module.css";

/** What the version says otherwise, clause by clause, with the changed words marked. */
export function Differences({ of: version }: { of: Version }) {
  const { t } = useTranslation("regulation_version");
  const { data } = useQuery(differenceQuery(version.id));
  return (
    <Section
      title={
        data ? t("difference", { before: data.before_number ?? "–", count: data.items.length }) : t("difference_title")
      }
    >
      {data ? null : <Skeleton active title={false} paragraph={{ rows: 3 }} />}
      {data?.items.length === 0 ? (
        <p className={css.quiet}>{t(version.status === "draft" ? "same_draft" : "same")}</p>
      ) : null}
      <ul className={css.list}>
        {data?.items.map((one) => (
          <OneDifference key={one.clause} of={one} />
        ))}
      </ul>
    </Section>
  );
}

function OneDifference({ of: one }: { of: Difference }) {
  const { t } = useTranslation(["regulation_version", "regulation"]);
  const said = (wording: Wording | null, field: string) => {
    const value = wording?.[field as keyof Wording];
    if (Array.isArray(value)) return value.join(", ");
    return field === "owner" && value ? t(`regulation:owners.${value}`) : String(value ?? "");
  };
  return (
    <li className={css.difference}>
      <div className={css.head}>
        <strong>{one.clause}</strong>
        <span className={css[one.change]}>{t(`change_${one.change}`)}</span>
      </div>
      <dl>
        {one.fields.map((field) => (
          <div key={field}>
            <dt>{t(`field_${field}`)}</dt>
            <dd>
              <Words before={said(one.before, field)} after={said(one.after, field)} />
            </dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

/** Two wordings as one line: what both share stands plain, what went is struck out, what came is marked. */
function Words({ before, after }: { before: string; after: string }) {
  const [head, tail] = shared(before, after);
  const gone = before.slice(head, before.length - tail);
  const come = after.slice(head, after.length - tail);
  return (
    <>
      {after.slice(0, head)}
      {gone ? <del>{gone}</del> : null}
      {come ? <ins>{come}</ins> : null}
      {tail > 0 ? after.slice(-tail) : null}
    </>
  );
}

/** How many characters two texts share at their beginning and at their end. */
export function shared(before: string, after: string): [number, number] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  return [head, tail];
}
