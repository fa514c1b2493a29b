import { useQueryClient } from "@tanstack/react-query";
import { Alert, Form, Input } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { dayOf } from "@/lib/time";
import { DayInput } from "@/ui/DayInput";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { CONTACTS } from "../contacts/queries";
import { changedLines, draftOf } from "../lines/drafts";
import { LinesField } from "../lines/LinesField";
import type { OpportunityRow } from "../opportunities/queries";
import css from "./proposals.module.css";
import { FREE_DISCOUNT, overFreeDiscount, type Proposal, type ProposalIn } from "./queries";

interface Props {
  /** The draft to change; without it a new one is written. */
  proposal?: Proposal;
  /** For which opportunity, when it is new. */
  opportunity?: Pick<OpportunityRow, "id" | "title" | "customer_id" | "contact_id" | "contact_name">;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Proposal) => void;
}

export function ProposalForm({ proposal, opportunity, open, onClose, onDone }: Props) {
  const { t } = useTranslation("proposal");
  const queries = useQueryClient();
  const of = proposal ?? opportunity;

  function send({ lines, ...rest }: ProposalIn): Promise<Proposal> {
    if (!proposal) {
      const opportunity_id = opportunity?.id ?? "";
      return ok(api.POST("/api/v1/sales/proposals", { body: { ...rest, lines, opportunity_id } }));
    }
    const changed = changedLines(lines, proposal.lines);
    return ok(
      api.PATCH("/api/v1/sales/proposals/{record_id}", {
        params: { path: { record_id: proposal.id }, header: ifMatch(proposal) },
        body: {
          ...rest,
          valid_until: rest.valid_until ?? proposal.valid_until,
          ...(changed ? { lines: changed } : {}),
        },
      }),
    );
  }

  return (
    <FormDrawer<ProposalIn, Proposal>
      title={t(proposal ? "edit" : "new")}
      submit={t("save_draft")}
      width={960}
      open={open}
      onClose={onClose}
      initial={
        proposal
          ? { ...proposal, lines: draftOf(proposal.lines) }
          : {
              title: opportunity ? t("title_of", { opportunity: opportunity.title }) : undefined,
              contact_id: opportunity?.contact_id,
              valid_until: dayOf(Date.now() + 30 * 86_400_000),
              lines: [{ product_id: undefined as never, quantity: "1", discount: "0.00" }],
            }
      }
      onSubmit={send}
      onDone={(saved) => {
        queries.setQueryData(["proposal", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["proposal"] });
        void queries.invalidateQueries({ queryKey: ["opportunity"] });
        onDone?.(saved);
      }}
    >
      <Form.Item
        name="title"
        label={t("name")}
        rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
      >
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item
        name="solution"
        label={t("solution")}
        extra={t("solution_about")}
        rules={[{ required: true, whitespace: true, message: t("solution_needed") }]}
      >
        <Input.TextArea autoSize={{ minRows: 3, maxRows: 12 }} maxLength={5000} placeholder={t("solution_example")} />
      </Form.Item>
      <Form.Item label={t("lines")} required>
        <LinesField
          before={proposal?.lines}
          about={(sums) =>
            overFreeDiscount(sums) ? (
              <Alert
                type="warning"
                showIcon
                title={t("needs_approval", { free: FREE_DISCOUNT })}
                className={css.about}
              />
            ) : null
          }
        />
      </Form.Item>
      <Form.Item name="terms" label={t("terms")} normalize={(text: string) => text || null}>
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={5000} placeholder={t("terms_example")} />
      </Form.Item>
      <Form.Item name="contact_id" label={t("contact")} extra={t("contact_about")}>
        <RecordSelect
          at={CONTACTS}
          query={{ customer_id: of?.customer_id ?? "" }}
          titleOf={({ name, position }) => (position ? `${name} · ${position}` : name)}
          chosen={of?.contact_id ? { id: of.contact_id, title: of.contact_name ?? "" } : null}
          placeholder={t("contact_choose")}
          allowClear
        />
      </Form.Item>
      <Form.Item
        name="valid_until"
        label={t("valid_until")}
        rules={[{ required: true, message: t("valid_until_needed") }]}
      >
        <DayInput min={dayOf(Date.now())} />
      </Form.Item>
    </FormDrawer>
  );
}
