import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { App, ConfigProvider } from "antd";
import type { ReactNode } from "react";
import { vi } from "vitest";
import { startI18n } from "@/i18n";
import { Notices } from "./notices";

/** For tests: draws a part of the kit as a page would, before a server that gives these answers; gives the calls it received. */
export async function play(part: ReactNode, answers: Record<string, () => Response>): Promise<Request[]> {
  const calls: Request[] = [];
  vi.stubGlobal("fetch", async (input: Request | string, init?: RequestInit) => {
    const request = input instanceof Request ? input : new Request(new URL(input, location.origin), init);
    const answer = answers[`${request.method} ${new URL(request.url).pathname}`];
    calls.push(request.clone());
    return answer ? answer() : Response.json({}, { status: 404 });
  });
  localStorage.setItem("zhidu.language", "zh-CN");
  await startI18n();
  const root = createRootRoute({
    component: () => (
      <ConfigProvider button={{ autoInsertSpace: false }}>
        <App component={false}>
          <Notices />
          {part}
        </App>
      </ConfigProvider>
    ),
  });
  const router = createRouter({ routeTree: root, history: createMemoryHistory() });
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <RouterProvider router={router as never} />
    </QueryClientProvider>,
  );
  return calls;
}
