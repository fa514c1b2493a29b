import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { ClauseChip } from "@/ui/ClauseChip";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";

/** The posts of the company and the duties of each, by clause. */
export default function Posts() {
  const { t } = useTranslation("posts");
  const { data, error } = useQuery({
    queryKey: ["post", "list"],
    queryFn: () => ok(api.GET("/api/v1/org/posts")),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  return (
    <Page title={t("title")} about={t("about")} width="reading">
      {data.items.map((post) => (
        <Section key={post.post} title={post.title}>
          <Facts
            of={post.duties.map((duty) => ({
              label: duty.title,
              value: (
                <>
                  {t(`scope_${duty.scope}`)}{" "}
                  {duty.clauses.map((clause) => (
                    <ClauseChip key={clause} clause={clause} />
                  ))}
                </>
              ),
            }))}
          />
        </Section>
      ))}
    </Page>
  );
}
