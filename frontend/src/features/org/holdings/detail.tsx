import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Form } from "antd";
import { useTranslation } from "react-i18next";
import { useListed } from "@/i18n/listed";
import { recordPath } from "@/lib/resources";
import { dayOf } from "@/lib/time";
import { ActionBar } from "@/ui/ActionBar";
import { ClauseChip } from "@/ui/ClauseChip";
import { DayInput } from "@/ui/DayInput";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { postsQuery } from "../posts/queries";
import { stateOf } from "./columns";
import { HOLDINGS, holdingQuery } from "./queries";

/** One appointment: who, to what, from when; and how it ends. */
export default function HoldingPage() {
  const { t } = useTranslation("holding");
  const { id = "" } = useParams({ strict: false });
  const { data: holding, error } = useQuery(holdingQuery(id));
  const { data: posts } = useQuery(postsQuery());
  const listed = useListed();
  if (error) return <Failure error={error} />;
  if (!holding) return <Waiting />;
  const post = posts?.items.find(({ post: name }) => name === holding.post);
  const title = post?.title ?? holding.post;
  const person = recordPath("account", holding.account_id) ?? "/org/accounts";
  return (
    <Page
      width="reading"
      title={`${holding.account_name ?? ""} · ${title}`}
      trail={[{ title: t("title"), to: "/org/holdings" }]}
      tags={<StatusTag of="holding" status={stateOf(holding)} />}
      actions={
        <ActionBar
          of={holding}
          resource="holding"
          at={HOLDINGS}
          others={["end"]}
          forms={{
            end: {
              fields: (
                <>
                  <p>{t("end_about")}</p>
                  <Form.Item name="last_day" label={t("last_day")} extra={t("last_day_about")}>
                    <DayInput min={dayOf(Date.now())} />
                  </Form.Item>
                </>
              ),
            },
          }}
        />
      }
    >
      <Section>
        <Facts
          of={[
            {
              label: t("person"),
              value: (
                <Link to={person}>
                  <Person name={holding.account_name} />
                </Link>
              ),
            },
            {
              label: t("post"),
              value: (
                <Link to="/org/posts" search={{ post: holding.post } as never}>
                  {title}
                </Link>
              ),
            },
            { label: t("begins_on"), value: <When at={holding.begins_on} as="date" /> },
            {
              label: t("ends_on"),
              value: holding.ends_on ? <When at={holding.ends_on} as="date" /> : t("without_end"),
            },
          ]}
        />
      </Section>
      {post ? (
        <Section title={t("gives", { count: post.duties.length })} extra={<ClauseChip clause="1.2" />}>
          <p>{listed(post.duties.map((duty) => duty.title))}</p>
        </Section>
      ) : null}
    </Page>
  );
}
