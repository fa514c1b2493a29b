// @vitest-environment happy-dom
import { QueryClient } from "@tanstack/react-query";
import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllGlobals());

it("a change in the company refreshes what is shown of it, and nothing else", async () => {
  const line = new AbortController();
  const said = [
    'data: {"type":"changed","resource":"order","id":"7"}\n\n',
    'data: {"type":"notification","resource":"notification","id":null}\n\n',
  ];
  vi.stubGlobal("fetch", async (input: string) => {
    if (String(input).endsWith("/config.json")) return Response.json({});
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const text of said) controller.enqueue(new TextEncoder().encode(text));
      },
    });
    return new Response(body);
  });
  const { follow } = await import("./stream");
  const queries = new QueryClient();
  for (const key of [["order", "7"], ["order", "list", "…"], ["day"], ["notification"], ["lead", "1"]])
    queries.setQueryData(key, {});

  void follow(queries, line.signal);
  const stale = (key: string[]) => queries.getQueryState(key)?.isInvalidated;
  await vi.waitFor(() => expect(stale(["notification"])).toBe(true));
  line.abort();

  expect(stale(["order", "7"])).toBe(true);
  expect(stale(["order", "list", "…"])).toBe(true);
  expect(stale(["day"])).toBe(true);
  expect(stale(["lead", "1"])).toBe(false);
});
