import { useTranslation } from "react-i18next";
import { useListed } from "@/i18n/listed";
import { ClauseChip } from "@/ui/ClauseChip";
import { Money } from "@/ui/Money";
import { Section } from "@/ui/Page";
import css from "./explain.module.css";
import type { Condition, Explanation } from "./queries";

/** The chain of a decision, link by link, with the decision at its head. */
export function Chain({ of: found, asked }: { of: Explanation; asked: boolean }) {
  const { t } = useTranslation("explain");
  const listed = useListed();
  return (
    <Section>
      <div className={found.allowed ? `${css.verdict} ${css.yes}` : `${css.verdict} ${css.no}`} role="status">
        <span aria-hidden="true">{found.allowed ? "✓" : "✕"}</span>
        <div>
          <strong>{t(found.allowed ? (asked ? "may_record" : "may") : "may_not", { title: found.title })}</strong>
          {found.why ? <p>{found.why}</p> : null}
        </div>
      </div>
      <ol className={css.chain}>
        <li>
          <h3>{t("person")}</h3>
          <p>{found.person}</p>
        </li>
        <li>
          <h3>{t("posts")}</h3>
          {found.links.length === 0 ? <p className={css.failed}>✕ {t("no_post")}</p> : null}
          {found.links.map((link) => (
            <div key={`${link.post} ${link.scope}`} className={css.link}>
              <p>
                <strong>{link.title}</strong>{" "}
                <span className={css.quiet}>
                  {link.own ? t("own_post") : t("on_behalf_of", { names: listed(link.on_behalf_of) })}
                </span>
                {link.limit ? (
                  <span className={css.quiet}>
                    {" "}
                    {t("up_to")} <Money amount={link.limit} />
                  </span>
                ) : null}
              </p>
              <Conditions of={link.conditions} />
            </div>
          ))}
        </li>
        <li>
          <h3>{t("duty")}</h3>
          <p>
            {found.title} <code>{found.duty}</code>
          </p>
          <p className={css.quiet}>{t("who_has", { posts: listed(found.posts.map(({ title }) => title)) })}</p>
        </li>
        <li>
          <h3>{t("clause")}</h3>
          <p className={css.clauses}>
            {found.clauses.map((clause) => (
              <ClauseChip key={clause} clause={clause} />
            ))}
          </p>
        </li>
        <li>
          <h3>{t("conditions")}</h3>
          {found.conditions.length === 0 ? <p className={css.quiet}>{t("no_conditions")}</p> : null}
          <Conditions of={found.conditions} />
        </li>
      </ol>
    </Section>
  );
}

function Conditions({ of: conditions }: { of: Condition[] }) {
  const { t } = useTranslation("explain");
  return (
    <ul className={css.conditions}>
      {conditions.map((one) => (
        <li key={one.kind + one.text} className={one.holds === false ? css.failed : undefined}>
          <span aria-hidden="true">{one.holds === null ? "○" : one.holds ? "✓" : "✕"}</span> {one.text}
          <span className={css.quiet}> {t(one.holds === null ? "depends" : one.holds ? "holds" : "holds_not")}</span>
        </li>
      ))}
    </ul>
  );
}
