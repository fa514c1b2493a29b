import { CloseOutlined, PaperClipOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Upload } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { useLanguage } from "@/i18n";
import { bytes } from "@/lib/numbers";
import { saveFile } from "@/lib/save";
import { showError, warn } from "@/ui/notices";
import css from "./EvidenceFiles.module.css";

const MOST_BYTES = 20_000_000;
const MOST_FILES = 20;

/** The files of a criterion's evidence, each to be downloaded. */
export function EvidenceFiles({ ids, onRemove }: { ids: string[]; onRemove?: (id: string) => void }) {
  if (ids.length === 0) return null;
  return (
    <ul className={css.files}>
      {ids.map((id) => (
        <EvidenceFile key={id} id={id} onRemove={onRemove} />
      ))}
    </ul>
  );
}

function EvidenceFile({ id, onRemove }: { id: string; onRemove?: (id: string) => void }) {
  const { t } = useTranslation("channel_assessment");
  const language = useLanguage();
  const { data } = useQuery({
    queryKey: ["file", id],
    queryFn: () => ok(api.GET("/api/v1/files/{record_id}", { params: { path: { record_id: id } } })),
    staleTime: Number.POSITIVE_INFINITY, // a file never changes
  });

  async function download() {
    try {
      const params = { path: { record_id: id } };
      const content = await ok(api.GET("/api/v1/files/{record_id}/content", { params, parseAs: "blob" }));
      saveFile(content as Blob, data?.filename ?? id);
    } catch (error) {
      showError(error);
    }
  }

  return (
    <li>
      <Button type="link" size="small" icon={<PaperClipOutlined />} onClick={download}>
        {data?.filename ?? "…"}
      </Button>
      {data ? <small>{bytes(data.size, language)}</small> : null}
      {onRemove ? (
        <Button
          type="text"
          size="small"
          icon={<CloseOutlined />}
          aria-label={t("file_remove", { name: data?.filename ?? "" })}
          onClick={() => onRemove(id)}
        />
      ) : null}
    </li>
  );
}

/** The same files in a form: sent as they are chosen, so that the form carries their ids. */
export function EvidenceUpload({ value = [], onChange }: { value?: string[]; onChange?: (ids: string[]) => void }) {
  const { t } = useTranslation("channel_assessment");
  const language = useLanguage();
  const [busy, setBusy] = useState(false);

  async function send(file: File) {
    if (file.size > MOST_BYTES) return warn(t("file_too_large", { most: bytes(MOST_BYTES, language) }));
    setBusy(true);
    try {
      const kept = await ok(
        api.POST("/api/v1/files", {
          params: { query: { filename: file.name, use: "evidence" } },
          // The contract says bytes, which the generated types call a string.
          body: file as unknown as string,
          bodySerializer: (body) => body,
          headers: { "Content-Type": "application/octet-stream" },
        }),
      );
      onChange?.([...value, kept.id]);
    } catch (error) {
      showError(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <div className={css.upload}>
      <EvidenceFiles ids={value} onRemove={(id) => onChange?.(value.filter((other) => other !== id))} />
      {value.length < MOST_FILES ? (
        <Upload
          showUploadList={false}
          beforeUpload={(file) => {
            void send(file);
            return false; // sent by the client of the API
          }}
        >
          <Button type="text" size="small" icon={<PaperClipOutlined />} loading={busy}>
            {t("file_add")}
          </Button>
        </Upload>
      ) : null}
    </div>
  );
}
