import { useCallback, useSyncExternalStore } from "react";

const values = new Map<string, unknown>();
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A preference of this person on this device (never business data), such as the columns of a table. */
export function useKept<T>(name: string, fallback: T): [T, (value: T) => void] {
  const key = `zhidu.${name}`;
  const value = useSyncExternalStore(subscribe, () => read(key, fallback));
  const keep = useCallback(
    (next: T) => {
      localStorage.setItem(key, JSON.stringify(next));
      values.set(key, next);
      for (const listener of listeners) listener();
    },
    [key],
  );
  return [value, keep];
}

// Read once: React asks for the same object as long as nothing changed.
function read<T>(key: string, fallback: T): T {
  if (!values.has(key)) values.set(key, parsed(localStorage.getItem(key), fallback));
  return values.get(key) as T;
}

function parsed<T>(text: string | null, fallback: T): T {
  if (text === null) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch {
    return fallback; // kept by an older version, in another form
  }
}
