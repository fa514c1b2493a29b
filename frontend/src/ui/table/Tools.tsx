import { DownloadOutlined, SearchOutlined, SettingOutlined } from "@ant-design/icons";
import { Button, Checkbox, Dropdown, Input, Popover } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { showError } from "../notices";
import { exportList, type ListPath, type ListQuery } from "./listing";
import css from "./ResourceTable.module.css";

// The API refuses to search by less.
const SHORTEST_SEARCH = 2;

/** Search by two characters or more, on Enter or on leaving the box. */
export function SearchBox({
  placeholder,
  value,
  onSearch,
}: {
  placeholder: string;
  value: string;
  onSearch: (q: string) => void;
}) {
  const search = (typed: string) => {
    const q = typed.trim();
    if (q !== value && (q === "" || q.length >= SHORTEST_SEARCH)) onSearch(q);
  };
  return (
    <Input
      className={css.search}
      data-search
      type="search"
      prefix={<SearchOutlined />}
      placeholder={placeholder}
      aria-label={placeholder}
      defaultValue={value}
      maxLength={64}
      allowClear
      onPressEnter={(event) => search(event.currentTarget.value)}
      onBlur={(event) => search(event.target.value)}
      onClear={() => search("")}
    />
  );
}

/** Which columns stand in the table; the first, which names the row, always does. */
export function Columns({
  columns,
  hidden,
  onChange,
}: {
  columns: { key: string; title: string }[];
  hidden: string[];
  onChange: (hidden: string[]) => void;
}) {
  const { t } = useTranslation("kit");
  return (
    <Popover
      trigger="click"
      placement="bottomRight"
      content={
        <Checkbox.Group
          className={css.columns}
          options={columns.slice(1).map(({ key, title }) => ({ value: key, label: title }))}
          value={columns.map(({ key }) => key).filter((key) => !hidden.includes(key))}
          onChange={(kept) =>
            onChange(
              columns
                .slice(1)
                .map(({ key }) => key)
                .filter((key) => !kept.includes(key)),
            )
          }
        />
      }
    >
      <Button icon={<SettingOutlined />} aria-label={t("columns")} title={t("columns")} />
    </Popover>
  );
}

/** The same question, answered whole as a file. */
export function Export({ at, query, name }: { at: ListPath; query: ListQuery; name: string }) {
  const { t } = useTranslation("kit");
  const [busy, setBusy] = useState(false);
  const save = async (format: "csv" | "xlsx") => {
    setBusy(true);
    await exportList(at, query, format, name).catch(showError);
    setBusy(false);
  };
  return (
    <Dropdown
      menu={{
        items: [
          { key: "xlsx", label: t("as_xlsx") },
          { key: "csv", label: t("as_csv") },
        ],
        onClick: ({ key }) => save(key as "csv" | "xlsx"),
      }}
      trigger={["click"]}
    >
      <Button icon={<DownloadOutlined />} loading={busy}>
        {t("export")}
      </Button>
    </Dropdown>
  );
}
