import { useCallback, useState } from "react";

/** A preference of this person on this device (never business data), such as the columns of a table. */
export function useKept<T>(name: string, fallback: T): [T, (value: T) => void] {
  const key = `zhidu.${name}`;
  const [value, setValue] = useState<T>(() => read(key, fallback));
  const keep = useCallback(
    (next: T) => {
      localStorage.setItem(key, JSON.stringify(next));
      setValue(next);
    },
    [key],
  );
  return [value, keep];
}

function read<T>(key: string, fallback: T): T {
  const text = localStorage.getItem(key);
  if (text === null) return fallback;
  try {
    return JSON.parse(text) as T;
  } catch {
    return fallback; // kept by an older version, in another form
  }
}
