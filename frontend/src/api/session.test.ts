// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

/** Answers of a server, by method and path; each call is written down. */
function serve(answers: Record<string, () => Response>) {
  const calls: Request[] = [];
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = new Request(
      new URL(String(input instanceof Request ? input.url : input), location.origin),
      init ?? (input as Request),
    );
    const { pathname } = new URL(request.url);
    if (pathname === "/config.json") return Response.json({ api: "" });
    calls.push(request);
    const answer = answers[`${request.method} ${pathname}`];
    if (!answer) throw new TypeError(`nothing serves ${request.method} ${pathname}`);
    return answer();
  });
  return calls;
}

const GRANT = { access_token: "fresh", expires_in: 600, account: { id: "a", name: "王芳" } };
const UNKNOWN = {
  type: "/problems/not-signed-in",
  title: "请先登录",
  status: 401,
  detail: "登录已失效",
  request_id: "r",
};
const refused = () => Response.json(UNKNOWN, { status: 401 });
const paths = (calls: Request[]) => calls.map((call) => `${call.method} ${new URL(call.url).pathname}`);

beforeEach(() => {
  vi.resetModules();
  location.href = "http://127.0.0.1:8000/";
  // happy-dom has no locks; one page needs none.
  Object.defineProperty(navigator, "locks", {
    configurable: true,
    value: { request: (_name: string, work: () => unknown) => work() },
  });
});
afterEach(() => vi.unstubAllGlobals());

describe("a call that meets 401", () => {
  it("is repeated once with a fresh token and the same idempotency key", async () => {
    let known = false;
    const calls = serve({
      "POST /api/v1/auth/refresh": () => {
        known = true;
        return Response.json(GRANT);
      },
      "POST /api/v1/me/totp": () => (known ? Response.json({ secret: "s", uri: "u" }) : refused()),
    });
    const { api } = await import("./client");
    const { ok } = await import("./problem");
    await expect(ok(api.POST("/api/v1/me/totp"))).resolves.toEqual({ secret: "s", uri: "u" });
    expect(paths(calls)).toEqual(["POST /api/v1/me/totp", "POST /api/v1/auth/refresh", "POST /api/v1/me/totp"]);
    expect(calls[2]?.headers.get("Authorization")).toBe("Bearer fresh");
    expect(calls[2]?.headers.get("Idempotency-Key")).toBe(calls[0]?.headers.get("Idempotency-Key"));
    expect(calls[1]?.headers.get("X-Zhidu-CSRF")).toBe("1");
  });

  it("ends the session when the refresh is refused too", async () => {
    serve({ "POST /api/v1/auth/refresh": refused, "GET /api/v1/me/day": refused });
    const { api } = await import("./client");
    const { isProblem, ok } = await import("./problem");
    const { currentSession } = await import("./session");
    const error = await ok(api.GET("/api/v1/me/day")).catch((reason: unknown) => reason);
    expect(isProblem(error, "not-signed-in")).toBe(true);
    expect(currentSession()).toEqual({ state: "out" });
  });
});

describe("the session", () => {
  it("is renewed once however many ask for it", async () => {
    const calls = serve({ "POST /api/v1/auth/refresh": () => Response.json(GRANT) });
    const { renew } = await import("./session");
    expect(await Promise.all([renew(), renew(), renew()])).toEqual([true, true, true]);
    expect(calls).toHaveLength(1);
  });

  it("outlives a busy server", async () => {
    serve({ "POST /api/v1/auth/refresh": () => new Response(null, { status: 503 }) });
    const { begin, currentSession, renew } = await import("./session");
    begin(GRANT as never);
    expect(await renew()).toBe(false);
    expect(currentSession().state).toBe("in");
  });

  it("leaves no token where a script of another origin could find it", async () => {
    serve({});
    const { begin } = await import("./session");
    begin(GRANT as never);
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("fresh");
    expect(document.cookie).not.toContain("fresh");
  });
});

describe("a lost network", () => {
  it("is told apart from a refusal", async () => {
    serve({});
    const { api } = await import("./client");
    const { ok, Unreachable } = await import("./problem");
    await expect(ok(api.GET("/api/v1/me/day"))).rejects.toBeInstanceOf(Unreachable);
  });
});
