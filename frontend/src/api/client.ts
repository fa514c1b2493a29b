import createClient from "openapi-fetch";
import { keptLanguage } from "@/lib/language";
import { API_ORIGIN } from "./config";
import { Unreachable } from "./problem";
import type { paths } from "./schema.gen";
import { accessToken, CSRF, renew } from "./session";

/** The generated client: every path, parameter and body is checked against openapi.yaml. */
export const api = createClient<paths>({ baseUrl: API_ORIGIN, credentials: "include", fetch: send });

/** The header that says which version a change is meant for: `params: { header: ifMatch(order) }`. */
export function ifMatch(record: { version: number }): { "If-Match": string } {
  return { "If-Match": `"${record.version}"` };
}

async function send(request: Request): Promise<Response> {
  const language = keptLanguage();
  if (!request.headers.has("Accept-Language")) request.headers.set("Accept-Language", language);
  const ofSession = new URL(request.url).pathname.startsWith("/api/v1/auth/");
  if (ofSession) request.headers.set("X-Zhidu-CSRF", CSRF["X-Zhidu-CSRF"]);
  // One key for one intention: the repeat after a refresh below carries the same.
  else if (request.method === "POST" && !request.headers.has("Idempotency-Key")) {
    request.headers.set("Idempotency-Key", crypto.randomUUID());
  }
  const again = request.clone();
  const answer = await reach(request);
  if (answer.status !== 401 || ofSession) return answer;
  return (await renew()) ? reach(again) : answer;
}

async function reach(request: Request): Promise<Response> {
  const token = accessToken();
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  try {
    return await fetch(request);
  } catch (reason) {
    if (request.signal.aborted) throw reason;
    throw new Unreachable();
  }
}
