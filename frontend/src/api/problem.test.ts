import { describe, expect, it } from "vitest";
import { asProblem, fieldPath, ok, ProblemError } from "./problem";

describe("a bad answer", () => {
  it("is thrown as the problem that it is", async () => {
    const problem = {
      type: "/problems/refused",
      title: "这不是您的职责",
      status: 403,
      detail: "…",
      request_id: "r",
      clause: "4.3.1",
    };
    const call = Promise.resolve({ error: problem, response: new Response(null, { status: 403 }) });
    const error = await ok(call).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect((error as ProblemError).is("refused")).toBe(true);
    expect((error as ProblemError).problem.clause).toBe("4.3.1");
  });

  it("of a proxy, which knows no problems, becomes one", () => {
    const answer = new Response("<html>", {
      status: 502,
      statusText: "Bad Gateway",
      headers: { "X-Request-Id": "r7" },
    });
    expect(asProblem("<html>", answer)).toEqual({
      type: "about:blank",
      title: "HTTP 502",
      status: 502,
      detail: "Bad Gateway",
      request_id: "r7",
    });
  });
});

describe("a pointer", () => {
  it.each([
    ["/phone", ["phone"]],
    ["/lines/0/quantity", ["lines", 0, "quantity"]],
    ["/a~1b/c~0d", ["a/b", "c~d"]],
    ["?status", ["status"]],
  ])("%s names a field of a form", (pointer, path) => {
    expect(fieldPath(pointer)).toEqual(path);
  });
});
