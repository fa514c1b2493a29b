import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { FormDrawer } from "@/ui/FormDrawer";
import { OWNERS } from "../clauses/queries";
import type { Version, Wording, WordingIn, WordingPatch } from "./queries";

const MOST = 1000;

interface Props {
  version: Version;
  /** The clause to say otherwise, or `new` for one more. */
  wording: Wording | "new" | null;
  onClose: () => void;
  onDone: () => void;
}

/** 1.1 What a draft says in a clause, in both languages that are written. */
export function WordingForm({ version, wording, onClose, onDone }: Props) {
  const { t } = useTranslation("regulation_version");
  const old = wording === "new" ? null : wording;
  return (
    <FormDrawer<WordingIn & WordingPatch, Wording>
      title={old ? t("edit_clause", { clause: old.clause }) : t("insert")}
      width={640}
      open={wording !== null}
      onClose={onClose}
      initial={
        old ? ({ ...old, owner: (old.owner ?? "all") as WordingIn["owner"] } as Partial<WordingIn>) : { owner: "all" }
      }
      onSubmit={(body) =>
        old
          ? ok(
              api.PATCH("/api/v1/regulation/versions/{record_id}/clauses/{clause}", {
                params: { path: { record_id: version.id, clause: old.clause }, header: ifMatch(old) },
                body,
              }),
            )
          : ok(
              api.POST("/api/v1/regulation/versions/{record_id}/clauses", {
                params: { path: { record_id: version.id } },
                body,
              }),
            )
      }
      onDone={onDone}
    >
      {old && old.title_zh !== null ? <OfChapter /> : <OfClause isNew={old === null} />}
    </FormDrawer>
  );
}

function OfChapter() {
  const { t } = useTranslation("regulation_version");
  const needed = [{ required: true, whitespace: true, message: t("text_needed") }];
  return (
    <>
      <Form.Item name="title_zh" label={t("field_title_zh")} rules={needed}>
        <Input maxLength={200} autoFocus />
      </Form.Item>
      <Form.Item name="title_en" label={t("field_title_en")} rules={needed}>
        <Input maxLength={200} />
      </Form.Item>
    </>
  );
}

function OfClause({ isNew }: { isNew: boolean }) {
  const { t } = useTranslation(["regulation_version", "regulation"]);
  const needed = [{ required: true, whitespace: true, message: t("text_needed") }];
  const prose = (name: string, rules: typeof needed | undefined, rows: number) => (
    <Form.Item name={name} label={t(`field_${name}`)} rules={rules} normalize={(text: string) => text || null}>
      <Input.TextArea rows={rows} maxLength={MOST} />
    </Form.Item>
  );
  return (
    <>
      {isNew ? (
        <Form.Item
          name="clause"
          label={t("clause_number")}
          extra={t("clause_number_about")}
          rules={[{ required: true, pattern: /^[1-9](\.[1-9][0-9]?){1,3}$/, message: t("clause_number_needed") }]}
        >
          <Input placeholder="4.4.4" maxLength={12} autoFocus />
        </Form.Item>
      ) : null}
      {prose("zh", needed, 3)}
      {prose("en", needed, 3)}
      <Form.Item name="owner" label={t("field_owner")} rules={[{ required: true }]}>
        <Select options={OWNERS.map((owner) => ({ value: owner, label: t(`regulation:owners.${owner}`) }))} />
      </Form.Item>
      {prose("control_zh", undefined, 2)}
      {prose("control_en", undefined, 2)}
      <Form.Item name="serves" label={t("field_serves")} extra={t("serves_about")}>
        <Select mode="tags" tokenSeparators={[",", "，", " "]} open={false} placeholder="sales.orders" />
      </Form.Item>
    </>
  );
}
