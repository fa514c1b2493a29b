import { API_ORIGIN } from "./config";
import type { components } from "./schema.gen";

export type Account = components["schemas"]["TokenOut"]["account"];
type Grant = components["schemas"]["TokenOut"];

/**
 * Who is signed in here. `unknown` lasts from the start of the page until the first refresh has answered, and `away`
 * from a first refresh that could not be answered until one is.
 */
export type Session = { state: "unknown" } | { state: "away" } | { state: "out" } | { state: "in"; account: Account };

/** The refresh cookie is sent with this header alone, so that no other site can spend it. */
export const CSRF = { "X-Zhidu-CSRF": "1" };

const RENEW_BEFORE_MS = 60_000;

// The access token lives in this closure and nowhere else: not in storage, not in a cookie, not on window.
let token: string | null = null;
let expiresAt = 0;
let session: Session = { state: "unknown" };
let timer: ReturnType<typeof setTimeout> | undefined;
const listeners = new Set<() => void>();

// Tabs tell each other of a new token or of a sign-out, so that one refresh serves them all.
type News = { grant: Grant } | { out: true };
const tabs = new BroadcastChannel("zhidu.session");
tabs.onmessage = ({ data }: MessageEvent<News>) => ("grant" in data ? take(data.grant) : leave());

/** The token to send now, or null for a stranger. */
export function accessToken(): string | null {
  return token;
}

export function currentSession(): Session {
  return session;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** A sign-in or a refresh gave us this. */
export function begin(grant: Grant): void {
  take(grant);
  tabs.postMessage({ grant } satisfies News);
}

/** Signed out here, by the person or because the refresh was refused. */
export function end(): void {
  leave();
  tabs.postMessage({ out: true } satisfies News);
}

/** The account changed (a name, a password): what the shell shows follows. */
export function revise(account: Account): void {
  if (session.state === "in") move({ state: "in", account });
}

let renewal: Promise<boolean> | null = null;

/**
 * A fresh access token by the refresh cookie; false when there is none to be had, and then the person is out.
 * Single flight in this tab by the promise, and among tabs by the lock: a rotated cookie must not be spent twice.
 */
export function renew(): Promise<boolean> {
  renewal ??= renewOnce()
    .catch(() => false) // no network: nothing is known, so nothing changes
    .then((renewed) => {
      if (!renewed && session.state === "unknown") move({ state: "away" });
      return renewed;
    })
    .finally(() => {
      renewal = null;
    });
  return renewal;
}

async function renewOnce(): Promise<boolean> {
  const before = token;
  return navigator.locks.request("zhidu.refresh", async () => {
    if (token !== before && token !== null) return true; // another tab renewed it while we waited
    const answer = await fetch(`${API_ORIGIN}/api/v1/auth/refresh`, {
      method: "POST",
      credentials: "include",
      headers: CSRF,
    });
    if (answer.ok) {
      begin(await answer.json());
      return true;
    }
    // Only the server's word ends a session: a 503 or a lost network leaves it as it is.
    if (answer.status === 401 || answer.status === 403) end();
    return false;
  });
}

function take(grant: Grant): void {
  token = grant.access_token;
  expiresAt = Date.now() + grant.expires_in * 1000;
  clearTimeout(timer);
  timer = setTimeout(renew, Math.max(5_000, grant.expires_in * 1000 - RENEW_BEFORE_MS));
  move({ state: "in", account: grant.account });
}

function leave(): void {
  token = null;
  clearTimeout(timer);
  move({ state: "out" });
}

function move(next: Session): void {
  session = next;
  for (const listener of listeners) listener();
}

// Timers sleep with a laptop: look again when the person comes back.
function renewIfStale(): void {
  if (session.state === "away") void renew();
  else if (
    session.state === "in" &&
    document.visibilityState === "visible" &&
    Date.now() > expiresAt - RENEW_BEFORE_MS
  ) {
    void renew();
  }
}
document.addEventListener("visibilitychange", renewIfStale);
globalThis.addEventListener("online", renewIfStale);
