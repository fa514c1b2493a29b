import { PlusOutlined } from "@ant-design/icons";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Button, Checkbox, Input, Radio, Select, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { useNarrow } from "@/lib/screen";
import { showDone } from "@/ui/notices";
import { Section } from "@/ui/Page";
import { LeadSourceForm } from "../lead-sources/form";
import { codeFor, sourceFor } from "./guess";
import css from "./imports.module.css";
import {
  type FieldName,
  fieldsQuery,
  type ImportColumn,
  importQuery,
  type LeadImport,
  type Mapping,
  mappingsQuery,
  sourcesQuery,
} from "./queries";

type Draft = Pick<Mapping, "date_order" | "known" | "empty_words" | "keep_rest"> & {
  fields: Record<string, FieldName | undefined>;
  /** The sources that the person chose for words; undefined where he chose none on purpose. */
  words: Record<string, string | undefined>;
  /** Whether the words were mapped before, so that nothing is guessed. */
  settled: boolean;
  source?: string;
};

/** What the columns mean: a guess to correct, with samples; and for each word of the source column, the source it stands for. */
export function MappingForm({ of }: { of: LeadImport }) {
  const { t } = useTranslation("lead_import");
  const queries = useQueryClient();
  const has = useDuty();
  const narrow = useNarrow();
  const columns = of.columns as unknown as ImportColumn[];
  const [draft, setDraft] = useState<Draft>(() => draftOf(of, columns));
  const [name, setName] = useState("");
  const [making, setMaking] = useState<string | null>(null);
  const { data: fields } = useQuery(fieldsQuery());
  const { data: sources } = useQuery(sourcesQuery());
  const { data: kept } = useQuery(mappingsQuery());
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  const active = (sources?.items ?? []).filter((one) => one.active);
  const choices = active.map((one) => ({ value: one.id, label: one.name }));
  const sourceColumn = columns.find((column) => draft.fields[column.header] === "source");
  const guessed = Object.fromEntries(
    draft.settled ? [] : Object.keys(sourceColumn?.words ?? {}).map((word) => [word, sourceFor(word, active)]),
  );
  const words: Draft["words"] = { ...guessed, ...draft.words };
  const mapping = () => mappingOf({ ...draft, words });
  const headers = columns.map(({ header }) => header);
  const alike = kept?.items.filter((one) => one.headers.join("\n") === headers.join("\n")) ?? [];

  const preview = useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/sales/lead-imports/{record_id}/map", {
          params: { path: { record_id: of.id }, header: ifMatch(of) },
          body: { mapping: mapping() },
        }),
      ),
    onSuccess: (fresh) => queries.setQueryData(importQuery(of.id).queryKey, fresh as never),
  });
  const keep = useMutation({
    mutationFn: () =>
      ok(
        api.POST("/api/v1/sales/import-mappings", {
          body: { name, headers, mapping: mapping() },
        }),
      ),
    onSuccess: async () => {
      setName("");
      await queries.invalidateQueries({ queryKey: ["import_mapping"] });
      showDone(t("kept"));
    },
  });

  return (
    <Section title={t("mapping")}>
      <p>{t("mapping_about")}</p>
      {kept && kept.items.length > 0 ? (
        <p>
          <Select
            className={css.wide}
            placeholder={t("use_kept")}
            aria-label={t("use_kept")}
            options={[...alike, ...kept.items.filter((one) => !alike.includes(one))].map((one) => ({
              value: one.id,
              label: alike.includes(one) ? `${one.name} · ${t("same_columns")}` : one.name,
            }))}
            onChange={(id) => {
              const chosen = kept.items.find((one) => one.id === id);
              if (chosen) setDraft(draftFrom(chosen.mapping as unknown as Mapping));
            }}
          />
        </p>
      ) : null}
      <Table
        size="small"
        rowKey="header"
        pagination={false}
        tableLayout="fixed"
        dataSource={columns}
        columns={[
          {
            title: t("column"),
            dataIndex: "header",
            // On a telephone what the column holds stands below its name.
            render: (header: string, { samples }) => (
              <>
                {header}
                {narrow ? <div className={css.samples}>{shownOf(samples.slice(0, 1))}</div> : null}
              </>
            ),
          },
          {
            title: t("meaning"),
            width: narrow ? 150 : 180,
            render: (_, column) => (
              <Select
                className={css.wide}
                allowClear
                aria-label={t("meaning_of", { column: column.header })}
                placeholder={t("keep_as_fact")}
                value={draft.fields[column.header]}
                options={(fields?.items ?? []).map((field) => ({ value: field.name as FieldName, label: field.title }))}
                onChange={(field) => change({ fields: { ...draft.fields, [column.header]: field } })}
              />
            ),
          },
          ...(narrow
            ? []
            : [
                {
                  title: t("samples"),
                  dataIndex: "samples",
                  render: (samples: string[]) => <span className={css.samples}>{shownOf(samples)}</span>,
                },
              ]),
        ]}
      />
      {sourceColumn?.words ? (
        <>
          <h3>{t("words")}</h3>
          <p className={css.samples}>{t(draft.source ? "words_about_default" : "words_about")}</p>
          <div className={css.words}>
            {Object.entries(sourceColumn.words)
              .sort(([, a], [, b]) => b - a)
              .map(([word, count]) => (
                <div key={word} className={css.word}>
                  <span>
                    {word || t("blank")} <span className={css.samples}>{count}</span>
                  </span>
                  <span className={css.choose}>
                    <Select
                      allowClear
                      showSearch={{ optionFilterProp: "label" }}
                      aria-label={t("source_of", { word: word || t("blank") })}
                      placeholder={t(draft.source ? "by_default" : "refused_without")}
                      disabled={!word}
                      value={words[word]}
                      options={choices}
                      onChange={(id) => change({ words: { ...words, [word]: id } })}
                    />
                    {word && !words[word] && has("lead_source.create") ? (
                      <Button
                        icon={<PlusOutlined />}
                        aria-label={t("new_source", { word })}
                        title={t("new_source", { word })}
                        onClick={() => setMaking(word)}
                      />
                    ) : null}
                  </span>
                </div>
              ))}
          </div>
        </>
      ) : null}
      <div className={css.options}>
        <div>
          {t("default_source")}
          <Select
            className={css.wide}
            allowClear
            showSearch={{ optionFilterProp: "label" }}
            aria-label={t("default_source")}
            value={draft.source}
            options={choices}
            onChange={(source) => change({ source })}
          />
        </div>
        <div>
          {t("date_order")}
          <Select
            className={css.wide}
            aria-label={t("date_order")}
            value={draft.date_order ?? "year-first"}
            options={(["year-first", "day-first", "month-first"] as const).map((value) => ({
              value,
              label: t(`order_${value}`),
            }))}
            onChange={(date_order) => change({ date_order })}
          />
        </div>
        <div>
          {t("empty_words")}
          <Select
            mode="tags"
            className={css.wide}
            aria-label={t("empty_words")}
            value={draft.empty_words ?? []}
            onChange={(empty_words: string[]) => change({ empty_words })}
          />
        </div>
      </div>
      <p>
        <Checkbox checked={draft.keep_rest ?? true} onChange={(event) => change({ keep_rest: event.target.checked })}>
          {t("keep_rest")}
        </Checkbox>
      </p>
      <Radio.Group
        aria-label={t("known")}
        value={draft.known ?? "update"}
        onChange={(event) => change({ known: event.target.value })}
        options={[
          { value: "update", label: t("known_update") },
          { value: "skip", label: t("known_skip") },
        ]}
      />
      <p className={css.buttons}>
        <Button type="primary" loading={preview.isPending} onClick={() => preview.mutate()}>
          {t("make_preview")}
        </Button>
        {has("import_mapping.create") ? (
          <>
            <Input
              className={css.name}
              aria-label={t("keep_name")}
              placeholder={t("keep_name")}
              value={name}
              maxLength={200}
              onChange={(event) => setName(event.target.value)}
            />
            <Button disabled={!name} loading={keep.isPending} onClick={() => keep.mutate()}>
              {t("keep")}
            </Button>
          </>
        ) : null}
      </p>
      <LeadSourceForm
        suggested={making === null ? undefined : { name: making, code: codeFor(making) }}
        open={making !== null}
        onClose={() => setMaking(null)}
        onDone={({ id }) => change({ words: { ...words, [making ?? ""]: id } })}
      />
    </Section>
  );
}

const shownOf = (samples: string[]) => samples.slice(0, 3).join(" · ") || "–";

function draftOf(of: LeadImport, columns: ImportColumn[]): Draft {
  if (of.mapping && "columns" in of.mapping) return draftFrom(of.mapping as unknown as Mapping);
  return {
    fields: Object.fromEntries(columns.map(({ header, suggestion }) => [header, suggestion ?? undefined])),
    words: {},
    settled: false,
    empty_words: [],
  };
}

function draftFrom(mapping: Mapping): Draft {
  return {
    fields: Object.fromEntries(mapping.columns.map(({ header, field }) => [header, field])),
    words: Object.fromEntries((mapping.source_words ?? []).map(({ word, source_id }) => [word, source_id])),
    settled: true,
    source: mapping.default_source_id ?? undefined,
    date_order: mapping.date_order,
    known: mapping.known,
    empty_words: mapping.empty_words,
    keep_rest: mapping.keep_rest,
  };
}

function mappingOf(draft: Draft): Mapping {
  return {
    columns: Object.entries(draft.fields).flatMap(([header, field]) => (field ? [{ header, field }] : [])),
    source_words: Object.entries(draft.words).flatMap(([word, source_id]) => (source_id ? [{ word, source_id }] : [])),
    default_source_id: draft.source ?? null,
    empty_words: draft.empty_words ?? [],
    date_order: draft.date_order ?? "year-first",
    known: draft.known ?? "update",
    keep_rest: draft.keep_rest ?? true,
  };
}
