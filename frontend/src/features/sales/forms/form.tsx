import { useQueryClient } from "@tanstack/react-query";
import { Alert, Form, type FormInstance, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { CAMPAIGNS } from "@/features/marketing/campaigns/queries";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import css from "./form.module.css";
import { Preview } from "./Preview";
import { Questions } from "./Questions";
import { addressOf, FORMS, LEAD_SOURCES, type LeadForm, type LeadFormIn } from "./queries";

interface Props {
  /** The draft to change; without it a new one is drawn up. */
  leadForm?: LeadForm;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: LeadForm) => void;
}

/** The editor of a form, with the page beside it as it will be. */
export function LeadFormForm({ leadForm, open, onClose, onDone }: Props) {
  const { t } = useTranslation("lead_form");
  const queries = useQueryClient();

  function send(body: LeadFormIn): Promise<LeadForm> {
    if (!leadForm) return ok(api.POST(FORMS, { body }));
    return ok(
      api.PATCH("/api/v1/sales/forms/{record_id}", {
        params: { path: { record_id: leadForm.id }, header: ifMatch(leadForm) },
        body,
      }),
    );
  }

  const fresh: Partial<LeadFormIn> = {
    fields: [
      { name: "name", label: t("questions.name"), required: true, options: [] },
      { name: "phone", label: t("questions.phone"), required: true, options: [] },
    ],
    consent_text: t("consent_default"),
    thanks: t("thanks_default"),
  };
  return (
    <FormDrawer<LeadFormIn, LeadForm>
      title={t(leadForm ? "edit" : "new")}
      submit={t("save_draft")}
      width={1080}
      open={open}
      onClose={onClose}
      initial={leadForm ? (leadForm as LeadFormIn) : fresh}
      onSubmit={send}
      onDone={async (saved) => {
        queries.setQueryData(["lead_form", saved.id], saved);
        await queries.invalidateQueries({ queryKey: ["lead_form"] });
        onDone?.(saved);
      }}
    >
      {(form) => (
        <div className={css.editor}>
          <div>
            <Form.Item
              name="title"
              label={t("name")}
              rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
            >
              <Input maxLength={200} placeholder={t("name_example")} autoFocus />
            </Form.Item>
            {leadForm ? null : (
              <Form.Item
                name="key"
                label={t("address")}
                extra={t("key_about")}
                rules={[
                  { required: true, message: t("key_needed") },
                  { pattern: /^[a-z0-9][a-z0-9-]+[a-z0-9]$/, message: t("key_form") },
                ]}
              >
                <Input maxLength={64} prefix={<span className="z-none">{addressOf("")}</span>} placeholder="demo" />
              </Form.Item>
            )}
            <Form.Item name="intro" label={t("intro")} normalize={(text: string) => text || null}>
              <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={5000} placeholder={t("intro_example")} />
            </Form.Item>
            <Questions form={form} />
            <Form.Item
              name="consent_text"
              label={t("consent")}
              extra={t("consent_about")}
              rules={[{ required: true, whitespace: true, message: t("consent_needed") }]}
            >
              <Input.TextArea autoSize={{ minRows: 3, maxRows: 10 }} maxLength={5000} />
            </Form.Item>
            {leadForm?.published_at ? (
              <Alert type="info" showIcon title={t("consent_version_next")} className={css.hint} />
            ) : null}
            <Form.Item
              name="thanks"
              label={t("thanks")}
              rules={[{ required: true, whitespace: true, message: t("thanks_needed") }]}
            >
              <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={5000} />
            </Form.Item>
            <div className={css.pair}>
              <Form.Item name="source_id" label={t("source")} rules={[{ required: true, message: t("source_needed") }]}>
                <RecordSelect
                  at={LEAD_SOURCES}
                  titleOf={({ name }) => name}
                  chosen={leadForm ? { id: leadForm.source_id, title: leadForm.source_name ?? "" } : null}
                  placeholder={t("source_choose")}
                />
              </Form.Item>
              <Form.Item name="campaign_id" label={t("campaign")} extra={t("campaign_about")}>
                <RecordSelect
                  at={CAMPAIGNS}
                  query={{ status: "approved,running,paused" }}
                  titleOf={({ name }) => name}
                  chosen={
                    leadForm?.campaign_id ? { id: leadForm.campaign_id, title: leadForm.campaign_name ?? "" } : null
                  }
                  placeholder={t("campaign_choose")}
                  allowClear
                />
              </Form.Item>
            </div>
          </div>
          <LivePreview form={form} />
        </div>
      )}
    </FormDrawer>
  );
}

function LivePreview({ form }: { form: FormInstance<LeadFormIn> }) {
  const { t } = useTranslation("lead_form");
  const written = (Form.useWatch([], form) ?? {}) as Partial<LeadFormIn>;
  return (
    <div className={css.preview}>
      <p>{t("preview")}</p>
      <Preview of={written} />
    </div>
  );
}
