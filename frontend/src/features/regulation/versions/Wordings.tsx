import { DeleteOutlined, EditOutlined, PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Input, Skeleton } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { ask, showDone } from "@/ui/notices";
import { Section } from "@/ui/Page";
import { useChapterName } from "../clauses/chapters";
import { type Version, type Wording, wordingsQuery } from "./queries";
import css from "./versions.module.css";
import { WordingForm } from "./WordingForm";

/** The text of a version; in a draft each clause can be said otherwise, added or repealed. */
export function Wordings({ of: version }: { of: Version }) {
  const { t } = useTranslation("regulation_version");
  const queries = useQueryClient();
  const { data } = useQuery(wordingsQuery(version.id));
  const [find, setFind] = useState("");
  const [editing, setEditing] = useState<Wording | "new" | null>(null);
  const mayWrite = version.actions.includes("update");
  const changed = () => queries.invalidateQueries({ queryKey: ["regulation_version"] });
  const repeal = useMutation({
    mutationFn: (wording: Wording) =>
      ok(
        api.DELETE("/api/v1/regulation/versions/{record_id}/clauses/{clause}", {
          params: { path: { record_id: version.id, clause: wording.clause }, header: ifMatch(wording) },
        }),
      ),
    onSuccess: async () => {
      showDone(t("repealed"));
      await changed();
    },
  });

  async function drop(wording: Wording) {
    const question = {
      title: t("repeal_title", { clause: wording.clause }),
      consequences: t("repeal_about"),
      yes: t("repeal"),
      danger: true,
    };
    if (await ask(question)) repeal.mutate(wording);
  }

  const found = data?.items.filter(
    ({ clause, zh, en, title_zh }) => !find || title_zh !== null || `${clause} ${zh} ${en}`.includes(find),
  );
  // A chapter whose clauses are all filtered out is left out too.
  const shown = found?.filter(
    (wording) =>
      wording.title_zh === null ||
      !find ||
      found.some((one) => one.title_zh === null && one.chapter === wording.chapter),
  );
  return (
    <Section
      title={t("text")}
      extra={
        <span className={css.tools}>
          <Input.Search
            size="small"
            allowClear
            aria-label={t("find")}
            placeholder={t("find")}
            onSearch={setFind}
            className={css.find}
          />
          {mayWrite ? (
            <Button size="small" icon={<PlusOutlined />} onClick={() => setEditing("new")}>
              {t("insert")}
            </Button>
          ) : null}
        </span>
      }
    >
      {shown ? null : <Skeleton active />}
      <ol className={css.list}>
        {shown?.map((wording) => (
          <OneWording
            key={wording.clause}
            of={wording}
            onEdit={mayWrite ? () => setEditing(wording) : undefined}
            onRepeal={mayWrite ? () => drop(wording) : undefined}
          />
        ))}
      </ol>
      <WordingForm version={version} wording={editing} onClose={() => setEditing(null)} onDone={changed} />
    </Section>
  );
}

function OneWording({
  of: wording,
  onEdit,
  onRepeal,
}: {
  of: Wording;
  onEdit: (() => void) | undefined;
  onRepeal: (() => void) | undefined;
}) {
  const { t } = useTranslation(["regulation_version", "regulation"]);
  const english = useLanguage() === "en";
  const chapterName = useChapterName();
  const isChapter = wording.title_zh !== null;
  const edit = onEdit ? (
    <Button
      size="small"
      type="text"
      icon={<EditOutlined />}
      aria-label={t("edit_clause", { clause: wording.clause })}
      onClick={onEdit}
    />
  ) : null;
  if (isChapter) {
    return (
      <li className={css.chapter}>
        <h3>{chapterName(wording.clause, (english ? wording.title_en : wording.title_zh) ?? "")}</h3>
        {edit}
      </li>
    );
  }
  return (
    <li className={css.wording}>
      <span className={css.number}>{wording.clause}</span>
      <div>
        <p>{english ? wording.en : wording.zh}</p>
        <p className={css.quiet}>
          {wording.owner ? t(`regulation:owners.${wording.owner}`) : null}
          {wording.control_zh ? ` · ${english ? wording.control_en : wording.control_zh}` : null}
        </p>
      </div>
      <span className={css.buttons}>
        {edit}
        {onRepeal ? (
          <Button
            size="small"
            type="text"
            icon={<DeleteOutlined />}
            aria-label={t("repeal_clause", { clause: wording.clause })}
            onClick={onRepeal}
          />
        ) : null}
      </span>
    </li>
  );
}
