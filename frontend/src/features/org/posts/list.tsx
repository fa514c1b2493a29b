import { SafetyCertificateOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Select } from "antd";
import { useTranslation } from "react-i18next";
import { ClauseChip } from "@/ui/ClauseChip";
import { Failure } from "@/ui/Failure";
import { LinkButton } from "@/ui/LinkButton";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { useListQuery } from "@/ui/table/listing";
import { Waiting } from "@/ui/Waiting";
import { useChapterName } from "../../regulation/clauses/chapters";
import { regulationQuery } from "../../regulation/clauses/queries";
import css from "./posts.module.css";
import { type Post, postsQuery } from "./queries";

/** 1.2 The posts of the company, and what the regulation asks of each. */
export default function Posts() {
  const { t } = useTranslation("posts");
  const [query, change] = useListQuery(true);
  const { data, error } = useQuery(postsQuery());
  if (error) return <Failure error={error} />;
  const chosen = data?.items.find(({ post }) => post === query.post) ?? data?.items[0];
  if (!data || !chosen) return <Waiting />;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      tags={<ClauseChip clause="1.2" />}
      actions={<LinkButton to="/policy/explain">{t("explain")}</LinkButton>}
    >
      <div className={css.columns}>
        <nav className={css.posts} aria-label={t("posts")}>
          <ul>
            {data.items.map(({ post, title, holders }) => (
              <li key={post}>
                <button
                  type="button"
                  aria-current={post === chosen.post ? "true" : undefined}
                  onClick={() => change({ post })}
                >
                  <span>{title}</span>
                  <span className={css.holders}>{t("holders", { count: holders })}</span>
                </button>
              </li>
            ))}
          </ul>
        </nav>
        <Select
          className={css.choice}
          aria-label={t("posts")}
          value={chosen.post}
          onChange={(post: string) => change({ post })}
          options={data.items.map(({ post, title }) => ({ value: post, label: title }))}
        />
        <OnePost of={chosen} />
      </div>
    </Page>
  );
}

function OnePost({ of: post }: { of: Post }) {
  const { t } = useTranslation("posts");
  const chapterName = useChapterName();
  const { data: regulation } = useQuery(regulationQuery());
  const titles = new Map(regulation?.items.filter((one) => one.is_chapter).map((one) => [one.clause, one.text]));
  const chapters = new Map<string, Post["duties"]>();
  for (const duty of post.duties) {
    const chapter = duty.clauses[0]?.split(".")[0] ?? "";
    chapters.set(chapter, [...(chapters.get(chapter) ?? []), duty]);
  }
  return (
    <Section
      title={post.title}
      extra={
        <Link to="/org/holdings" search={{ post: post.post } as never}>
          {t("who_holds", { count: post.holders })}
        </Link>
      }
    >
      <p className={css.about}>
        {t("duties", { count: post.duties.length })}
        {post.second_factor ? (
          <span>
            {" · "}
            <SafetyCertificateOutlined /> {t("second_factor")}
          </span>
        ) : null}
      </p>
      {[...chapters].sort().map(([chapter, duties]) => (
        <div key={chapter} className={css.group}>
          <h3>{chapterName(chapter, titles.get(chapter) ?? "")}</h3>
          <ul>
            {duties.map((duty) => (
              <li key={duty.duty + duty.scope}>
                <span>{duty.title}</span>
                <span className={css.scope}>
                  {t(`scope_${duty.scope}`)}
                  {duty.limit ? (
                    <>
                      {" · "}
                      {t("up_to")} <Money amount={duty.limit} />
                    </>
                  ) : null}
                </span>
                <span className={css.clauses}>
                  {duty.clauses.map((clause) => (
                    <ClauseChip key={clause} clause={clause} />
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </Section>
  );
}
