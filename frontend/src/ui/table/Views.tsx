import { DeleteOutlined, StarOutlined } from "@ant-design/icons";
import { Button, Input, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useKept } from "@/lib/kept";
import type { ListQuery } from "./listing";
import css from "./Views.module.css";

/** A question under a name. */
export interface View {
  name: string;
  query: ListQuery;
}

interface Props {
  /** Whose views these are: kept on this device under this name. */
  of: string;
  /** Views that the page offers to everybody. */
  offered?: View[];
  query: ListQuery;
  onChoose: (query: ListQuery) => void;
}

/** Named questions: those that the page offers as tabs, and one's own beside them. */
export function Views({ of, offered = [], query, onChoose }: Props) {
  const { t } = useTranslation("kit");
  const [own, setOwn] = useKept<View[]>(`views.${of}`, []);
  const [open, setOpen] = useState(false);
  const [name, setName] = useState("");
  const views = [{ name: t("view_all"), query: {} }, ...offered, ...own];
  if (offered.length === 0 && own.length === 0 && Object.keys(query).length === 0) return null;

  function save() {
    if (!name.trim()) return;
    setOwn([...own.filter((view) => view.name !== name.trim()), { name: name.trim(), query }]);
    setName("");
    setOpen(false);
  }

  return (
    <div className={css.views}>
      <div className={css.tabs} role="tablist" aria-label={t("views")}>
        {views.map((view) => {
          const chosen = same(view.query, query);
          return (
            <span key={view.name} className={chosen ? `${css.view} ${css.chosen}` : css.view}>
              <button type="button" role="tab" aria-selected={chosen} onClick={() => onChoose(view.query)}>
                {view.name}
              </button>
            </span>
          );
        })}
      </div>
      {own
        .filter((view) => same(view.query, query))
        .map((view) => (
          <Button
            key={view.name}
            type="text"
            size="small"
            icon={<DeleteOutlined />}
            aria-label={t("view_delete", { name: view.name })}
            onClick={() => setOwn(own.filter((other) => other !== view))}
          />
        ))}
      {views.some((view) => same(view.query, query)) ? null : (
        <Popover
          trigger="click"
          open={open}
          onOpenChange={setOpen}
          content={
            <div className={css.save}>
              <Input
                value={name}
                maxLength={20}
                placeholder={t("view_name")}
                onChange={(event) => setName(event.target.value)}
                onPressEnter={save}
              />
              <Button type="primary" onClick={save} disabled={!name.trim()}>
                {t("save")}
              </Button>
            </div>
          }
        >
          <Button type="text" size="small" icon={<StarOutlined />}>
            {t("view_save")}
          </Button>
        </Popover>
      )}
    </div>
  );
}

function same(a: ListQuery, b: ListQuery): boolean {
  const sorted = (query: ListQuery) => JSON.stringify(Object.entries(query).sort());
  return sorted(a) === sorted(b);
}
