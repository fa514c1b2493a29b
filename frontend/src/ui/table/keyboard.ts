import { type RefObject, useEffect, useRef, useState } from "react";

interface Keys<Row> {
  box: RefObject<HTMLDivElement | null>;
  rows: Row[];
  enabled: boolean;
  open: (row: Row) => void;
  toggle: (row: Row) => void;
  /** The end was reached. */
  more: () => void;
}

/** j and k walk the rows, Enter opens, x chooses, / searches. Gives the id of the row that one stands on. */
export function useRowKeys<Row extends { id: string }>(keys: Keys<Row>): string | undefined {
  const [active, setActive] = useState<string>();
  const now = useRef({ ...keys, active });
  now.current = { ...keys, active };

  useEffect(() => {
    if (!keys.enabled) return;
    function onKey(event: KeyboardEvent) {
      const { box, rows, active, open, toggle, more } = now.current;
      if (event.ctrlKey || event.metaKey || event.altKey || isBusy(event.target)) return;
      const at = rows.findIndex(({ id }) => id === active);
      const row = rows[at];
      if (event.key === "/")
        box.current?.querySelector<HTMLInputElement>("input[data-search], [data-search] input")?.focus();
      else if (event.key === "j" || event.key === "k") step(event.key === "j" ? at + 1 : Math.max(0, at - 1));
      else if (event.key === "Enter" && row && !(event.target as Element).closest("a, button")) open(row);
      else if (event.key === "x" && row) toggle(row);
      else return;
      event.preventDefault();

      function step(to: number) {
        const next = rows[to];
        if (!next) return more();
        setActive(next.id);
        const element = box.current?.querySelector<HTMLElement>(`[data-row-key="${next.id}"]`);
        element?.focus({ preventScroll: true });
        element?.scrollIntoView({ block: "nearest" });
      }
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [keys.enabled]);

  return active;
}

// Somebody is writing, or a drawer or a dialogue stands before the table.
function isBusy(target: EventTarget | null): boolean {
  const element = target as HTMLElement | null;
  return Boolean(
    element?.closest?.("input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=listbox]") ||
      document.querySelector(".ant-drawer-open, .ant-modal-wrap:not([style*='display: none'])"),
  );
}
