import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { ActionBar } from "@/ui/ActionBar";
import { Facts } from "@/ui/Facts";
import { Failure } from "@/ui/Failure";
import { Lifecycle } from "@/ui/Lifecycle";
import { Money } from "@/ui/Money";
import { Page, Section } from "@/ui/Page";
import { Person } from "@/ui/Person";
import { StatusTag } from "@/ui/StatusTag";
import { History } from "@/ui/Timeline";
import { Waiting } from "@/ui/Waiting";
import { When } from "@/ui/When";
import { NoteField } from "../NoteField";
import { CriteriaTable } from "./CriteriaTable";
import { Deviation } from "./Deviation";
import css from "./detail.module.css";
import { AssessmentForm } from "./form";
import { ASSESSMENTS, type Assessment, assessmentQuery, versionsQuery } from "./queries";

/** One version of a channel's assessment: what it is worth and why, what was expected, and what came of it. */
export default function AssessmentPage() {
  const { t } = useTranslation(["channel_assessment", "channel"]);
  const { id = "" } = useParams({ strict: false });
  const navigate = useNavigate();
  const { data: assessment, error } = useQuery(assessmentQuery(id));
  const [editing, setEditing] = useState(false);
  if (error) return <Failure error={error} />;
  if (!assessment) return <Waiting />;
  const { channel_id, channel_name, number } = assessment;
  return (
    <Page
      title={`${channel_name} · ${t("version_number", { number })}`}
      trail={[
        { title: t("channel:title"), to: "/marketing/channels" },
        { title: channel_name, to: `/marketing/channels/${channel_id}` },
      ]}
      tags={<StatusTag of="channel_assessment" status={assessment.status} />}
      actions={
        <ActionBar
          of={assessment}
          resource="channel_assessment"
          at={ASSESSMENTS}
          onEdit={() => setEditing(true)}
          forms={{
            approve: { fields: <NoteField label={t("opinion")} placeholder={t("opinion_example")} /> },
            return: {
              fields: (
                <NoteField label={t("missing")} needed={t("missing_needed")} placeholder={t("missing_example")} />
              ),
            },
          }}
          onDone={(fresh, verb) => {
            // The next version is another record: go on with it.
            if (verb === "renew") void navigate({ to: `/marketing/channel-assessments/${fresh.id}` });
          }}
        />
      }
      aside={
        <>
          <Versions of={assessment} />
          <Section title={t("history")}>
            <History at={ASSESSMENTS} resource="channel_assessment" id={id} />
          </Section>
        </>
      }
    >
      <Lifecycle resource="channel_assessment" path={["draft", "submitted", "approved"]} status={assessment.status} />
      {assessment.decision ? <Decision of={assessment} /> : null}
      <Section title={t("grounds")}>
        <p className={css.summary}>{assessment.summary}</p>
        <Compared assessment={assessment} />
      </Section>
      <Section title={t("forecast")}>
        <Facts
          of={[
            { label: t("expected_leads"), value: <span className="z-figures">{assessment.expected_leads}</span> },
            {
              label: t("measured_leads"),
              value:
                assessment.measured_leads === null ? null : (
                  <span className="z-figures">
                    {assessment.measured_leads} <Deviation of={assessment.forecast_error} />
                  </span>
                ),
            },
            { label: t("expected_cost_per_lead"), value: <Money amount={assessment.expected_cost_per_lead} /> },
            { label: t("measured_cost_per_lead"), value: <Money amount={assessment.measured_cost_per_lead} /> },
            { label: t("measured_on"), value: <When at={assessment.measured_on} as="date" /> },
          ]}
        />
        {assessment.measured_on ? null : <p className={css.about}>{t("measured_about")}</p>}
      </Section>
      <Section title={t("facts")}>
        <Facts
          of={[
            { label: t("author"), value: <Person name={assessment.owner_name} /> },
            { label: t("submitted_at"), value: <When at={assessment.submitted_at} /> },
            {
              label: t("decided_by"),
              value: assessment.decided_by_name ? <Person name={assessment.decided_by_name} /> : null,
            },
            { label: t("decided_at"), value: <When at={assessment.decided_at} /> },
            { label: t("expires_on"), value: <When at={assessment.expires_on} as="date" /> },
          ]}
        />
      </Section>
      <AssessmentForm assessment={assessment} open={editing} onClose={() => setEditing(false)} />
    </Page>
  );
}

function Decision({ of: { status, decision, decided_by_name, decided_at } }: { of: Assessment }) {
  return (
    <blockquote className={status === "returned" ? `${css.decision} ${css.returned}` : css.decision}>
      <p>{decision}</p>
      <footer>
        {decided_by_name} · <When at={decided_at} />
      </footer>
    </blockquote>
  );
}

function Compared({ assessment }: { assessment: Assessment }) {
  const { data } = useQuery(versionsQuery(assessment.channel_id));
  const before = data?.find(({ number }) => number === assessment.number - 1);
  return <CriteriaTable of={assessment.criteria} score={assessment.score} before={before?.criteria} />;
}

function Versions({ of: assessment }: { of: Assessment }) {
  const { t } = useTranslation("channel_assessment");
  const { data = [] } = useQuery(versionsQuery(assessment.channel_id));
  if (data.length < 2) return null;
  return (
    <Section title={t("versions")}>
      <ul className={css.versions}>
        {data.map(({ id, number, status, score }) => (
          <li key={id}>
            {id === assessment.id ? (
              <strong>{t("version_number", { number })}</strong>
            ) : (
              <Link to={`/marketing/channel-assessments/${id}`}>{t("version_number", { number })}</Link>
            )}
            <StatusTag of="channel_assessment" status={status} />
            <span className={css.score}>{score.toFixed(1)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
