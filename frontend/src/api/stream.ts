import type { QueryClient } from "@tanstack/react-query";
import { EventSourceParserStream } from "eventsource-parser/stream";
import { API_ORIGIN } from "./config";
import { accessToken, renew } from "./session";

/** A change somewhere in the company that this person may see. */
export interface Change {
  type: "changed" | "notification";
  resource: string;
  /** Null where many records changed at once. */
  id: string | null;
}

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/**
 * Follow `/api/v1/stream` until aborted, and refresh what is on the screen as the company changes.
 * The browser's own EventSource cannot send a bearer token, so it is read from a fetch.
 */
export async function follow(queries: QueryClient, signal: AbortSignal): Promise<void> {
  let wait = FIRST_WAIT_MS;
  let last = "";
  let connectedBefore = false;
  while (!signal.aborted) {
    try {
      const answer = await open(last, signal);
      if (answer.status === 401 && !(await renew())) return;
      if (answer.ok && answer.body) {
        // What happened while the line was down is not told again: read what is shown afresh.
        if (connectedBefore) void queries.invalidateQueries();
        connectedBefore = true;
        wait = FIRST_WAIT_MS;
        const events = answer.body.pipeThrough(new TextDecoderStream()).pipeThrough(new EventSourceParserStream());
        for await (const event of readAll(events)) {
          if (event.id) last = event.id;
          if (event.data) refresh(queries, JSON.parse(event.data) as Change);
        }
      }
    } catch {
      // The line broke, which is its nature; the wait below and the next turn are the answer.
    }
    await pause(wait * (0.75 + Math.random() / 2), signal);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }
}

/** Queries are keyed by resource first: ["lead", id], ["lead", "list", ...]. */
export function refresh(queries: QueryClient, change: Change): void {
  if (change.resource === "notification") {
    void queries.invalidateQueries({ queryKey: ["notification"] });
    return;
  }
  void queries.invalidateQueries({ queryKey: [change.resource] });
  void queries.invalidateQueries({ queryKey: ["day"] });
}

function open(last: string, signal: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { Accept: "text/event-stream", Authorization: `Bearer ${accessToken()}` };
  if (last) headers["Last-Event-ID"] = last;
  return fetch(`${API_ORIGIN}/api/v1/stream`, { headers, signal, cache: "no-store" });
}

async function* readAll<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
  } finally {
    reader.cancel().catch(() => undefined); // it may have broken already
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
