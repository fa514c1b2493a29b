import { SearchOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Input, Modal } from "antd";
import { useDeferredValue, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { clausePath, recordPath } from "@/lib/resources";
import { StatusTag } from "@/ui/StatusTag";
import css from "./Search.module.css";

const SHORTEST = 2;

/** Everything that one may see, by any two characters, by pinyin or its initials. */
export default function Search({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation(["shell", "resources"]);
  const navigate = useNavigate();
  const list = useId();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const q = useDeferredValue(typed.trim());
  const { data, isFetching } = useQuery({
    queryKey: ["search", q],
    queryFn: ({ signal }) => ok(api.GET("/api/v1/search", { params: { query: { q } }, signal })),
    enabled: q.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });
  const hits = q.length >= SHORTEST ? (data?.items ?? []) : [];

  function go(index: number) {
    const hit = hits[index];
    if (!hit) return;
    const path = hit.resource === "clause" ? clausePath(hit.id) : recordPath(hit.resource, hit.id);
    onClose();
    if (path) void navigate({ to: path });
  }

  function onKey(event: React.KeyboardEvent) {
    if (event.nativeEvent.isComposing) return; // the Enter that ends a word in the input method is not ours
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && hits.length > 0) setAt((before) => (before + step + hits.length) % hits.length);
    else if (event.key === "Enter") go(at);
    else return;
    event.preventDefault();
  }

  return (
    <Modal
      open
      onCancel={onClose}
      footer={null}
      closable={false}
      width={640}
      styles={{ container: { padding: 0 } }}
      className={css.modal}
      title={<span className="z-hidden">{t("search")}</span>}
    >
      <Input
        autoFocus
        size="large"
        variant="borderless"
        prefix={<SearchOutlined />}
        placeholder={t("search_hint")}
        aria-label={t("search")}
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={list}
        aria-activedescendant={hits.length > 0 ? `${list}-${at}` : undefined}
        maxLength={64}
        value={typed}
        className={css.box}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKey}
      />
      <div id={list} role="listbox" aria-label={t("search")} className={css.hits}>
        {hits.map((hit, index) => (
          <div
            key={`${hit.resource}/${hit.id}`}
            id={`${list}-${index}`}
            role="option"
            tabIndex={-1}
            aria-selected={index === at}
            className={index === at ? `${css.hit} ${css.at}` : css.hit}
            onMouseMove={() => setAt(index)}
            onClick={() => go(index)}
            onKeyDown={onKey}
          >
            <span className={css.kind}>{t(`resources:${hit.resource}`, { defaultValue: hit.resource })}</span>
            <span className={css.text}>
              <span>{hit.title}</span>
              {hit.subtitle ? <small>{hit.subtitle}</small> : null}
            </span>
            {hit.status ? <StatusTag of={hit.resource} status={hit.status} /> : null}
          </div>
        ))}
      </div>
      <p className={css.foot} aria-live="polite">
        {q.length < SHORTEST
          ? t("search_start")
          : hits.length > 0
            ? t("search_keys")
            : isFetching
              ? " "
              : t("search_none", { q })}
      </p>
    </Modal>
  );
}
