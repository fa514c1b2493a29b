import { useSyncExternalStore } from "react";

const narrow = globalThis.matchMedia?.("(max-width: 767px)");

function onChange(listener: () => void): () => void {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
}

/** Whether this is a telephone's width: tables become cards, side navigation becomes a drawer. */
export function useNarrow(): boolean {
  return useSyncExternalStore(onChange, () => narrow.matches);
}

/** Now in milliseconds, rounded down to `everyMs` and drawn again as it moves: for countdowns. */
export function useNow(everyMs = 30_000): number {
  return useSyncExternalStore(
    (listener) => {
      const timer = setInterval(listener, everyMs);
      return () => clearInterval(timer);
    },
    () => Math.floor(Date.now() / everyMs) * everyMs,
  );
}
