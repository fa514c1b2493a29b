import { LeftOutlined, RightOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useListed } from "@/i18n/listed";
import { clausePath, recordPath } from "@/lib/resources";
import { Due } from "@/ui/Due";
import { Failure } from "@/ui/Failure";
import { LinkButton } from "@/ui/LinkButton";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";
import { ControlCard } from "../controls/ControlCard";
import { LimitText } from "../limits/LimitText";
import { limitsQuery } from "../limits/queries";
import { useChapterName } from "./chapters";
import css from "./detail.module.css";
import { type Clause, clauseQuery, regulationQuery } from "./queries";
import { State } from "./State";
import { Wording } from "./Wording";

const MANY = 10; // posts, beyond which their names say less than their number

/** One clause: what it says, whether it is lived, what is due of it, whose it is, and what carries it. */
export default function ClausePage() {
  const { t } = useTranslation("regulation");
  const { id = "" } = useParams({ strict: false });
  const chapterName = useChapterName();
  const { data: clause, error } = useQuery(clauseQuery(id));
  const { data: regulation } = useQuery(regulationQuery());
  if (error) return <Failure error={error} />;
  if (!clause) return <Waiting />;
  const clauses = regulation?.items.filter(({ is_chapter }) => !is_chapter) ?? [];
  const chapter = regulation?.items.find(({ clause: number }) => number === clause.chapter);
  const at = clauses.findIndex(({ clause: number }) => number === clause.clause);
  return (
    <Page
      title={t("number", { clause: clause.clause })}
      tab={`${clause.clause} ${clause.text.slice(0, 24)}`}
      trail={[{ title: t("title"), to: "/regulation" }]}
      about={chapter ? chapterName(chapter.clause, chapter.text) : undefined}
      tags={<State of={clause.state} />}
      actions={
        <>
          <Beside to={clauses[at - 1]?.clause} label={t("before")} icon={<LeftOutlined />} />
          <Beside to={at < 0 ? undefined : clauses[at + 1]?.clause} label={t("after")} icon={<RightOutlined />} end />
        </>
      }
      aside={
        <>
          <Duties of={clause} />
          <Limits of={clause} />
          <Carried of={clause} />
        </>
      }
    >
      <Wording of={clause} />
      <Section title={t("controls")}>
        {clause.control_text ? <p className={css.measure}>{t("to_measure", { what: clause.control_text })}</p> : null}
        {clause.controls.length === 0 ? <p className={css.quiet}>{t("no_controls")}</p> : null}
        {clause.controls.map((control) => (
          <ControlCard key={control.name} of={control} linked />
        ))}
      </Section>
      <DueOf of={clause} />
    </Page>
  );
}

function Beside({
  to,
  label,
  icon,
  end = false,
}: {
  to: string | undefined;
  label: string;
  icon: React.ReactNode;
  end?: boolean;
}) {
  return to ? (
    <LinkButton to={clausePath(to)} icon={icon} iconPlacement={end ? "end" : "start"} aria-label={`${label} ${to}`}>
      {to}
    </LinkButton>
  ) : null;
}

function DueOf({ of: clause }: { of: Clause }) {
  const { t } = useTranslation("regulation");
  const { open, late } = clause.obligations;
  return (
    <Section
      title={t("due")}
      extra={
        <span className={css.quiet}>
          {t("open", { count: open })}
          {late > 0 ? <span className={css.late}> · {t("late", { count: late })}</span> : null}
          {open > clause.due.length ? ` · ${t("shown_due", { count: clause.due.length })}` : null}
        </span>
      }
    >
      {clause.due.length === 0 ? <p className={css.quiet}>{t("nothing_due")}</p> : null}
      <ul className={css.rows}>
        {clause.due.map((one) => (
          <li key={one.id}>
            <div>
              <span>{one.title}</span>
              <span className={css.quiet}>{one.owner_name ?? one.department_name}</span>
            </div>
            <ToRecord resource={one.resource} id={one.record_id} title={one.record_title} />
            <Due at={one.due_at} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function ToRecord({ resource, id, title }: { resource: string; id: string; title: string }) {
  const path = recordPath(resource, id);
  return path ? <Link to={path}>{title}</Link> : <span>{title}</span>;
}

function Duties({ of: clause }: { of: Clause }) {
  const { t } = useTranslation("regulation");
  const listed = useListed();
  return (
    <Section title={t("duties")}>
      {clause.duties.length === 0 ? <p className={css.quiet}>{t("no_duties")}</p> : null}
      <ul className={css.rows}>
        {clause.duties.map(({ duty, title, posts }) => (
          <li key={duty} className={css.stacked}>
            <Link to="/policy/explain" search={{ duty } as never} title={t("why_me")}>
              {title}
            </Link>
            <span className={css.quiet}>
              {posts.length < MANY ? listed(posts) : t("many_posts", { count: posts.length })}
            </span>
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Limits({ of: clause }: { of: Clause }) {
  const { t } = useTranslation("regulation");
  const has = useDuty();
  const { data } = useQuery({ ...limitsQuery(), enabled: has("limit.read") && clause.limits.length > 0 });
  const limits = data?.items.filter(({ name }) => clause.limits.includes(name)) ?? [];
  if (limits.length === 0) return null;
  return (
    <Section title={t("limits")}>
      <ul className={css.rows}>
        {limits.map((limit) => (
          <li key={limit.name} className={css.pair}>
            <span>{limit.title}</span>
            <LimitText amount={limit.amount} unit={limit.unit} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Carried({ of: clause }: { of: Clause }) {
  const { t } = useTranslation(["regulation", "carriers"]);
  return (
    <Section title={t("carried")}>
      <ul className={css.rows}>
        {clause.resources.map(({ name, built }) => (
          <li key={name} className={css.pair}>
            <span title={name}>{t(`carriers:${name}`, { defaultValue: name })}</span>
            <span className={built ? css.built : css.quiet}>{t(built ? "built" : "not_yet")}</span>
          </li>
        ))}
      </ul>
      {clause.operation_list.length > 0 ? (
        <details className={css.operations}>
          <summary>{t("operations", { count: clause.operation_list.length })}</summary>
          <ul>
            {clause.operation_list.map(({ operation, where }) => (
              <li key={operation} title={where}>
                <code>{where.replace("/api/v1", "")}</code>
              </li>
            ))}
          </ul>
        </details>
      ) : (
        <p className={css.quiet}>{t("not_built")}</p>
      )}
    </Section>
  );
}
