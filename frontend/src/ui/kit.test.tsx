// @vitest-environment happy-dom
import { cleanup, fireEvent, screen, waitFor, within } from "@testing-library/react";
import { Form, Input } from "antd";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { type Actionable, ActionBar } from "./ActionBar";
import { FormDrawer } from "./FormDrawer";
import { play } from "./stage";
import { ResourceTable } from "./table/ResourceTable";

// The client reads config.json when it is loaded; here nobody serves one.
vi.hoisted(() => vi.stubGlobal("fetch", async () => Response.json({})));

const ORDERS = "/api/v1/sales/orders" as never;
const ORDER: Actionable = {
  id: "7",
  version: 3,
  actions: ["update", "confirm", "cancel"],
  steps: [
    { verb: "confirm", to: "confirmed", clause: "4.3.1", allowed: true, why: null, posts: ["销售专员"] },
    { verb: "cancel", to: "cancelled", clause: "4.3.4", allowed: true, why: null, posts: ["销售专员"] },
    {
      verb: "ship",
      to: "shipped",
      clause: "4.3.2",
      allowed: false,
      why: "「发货」由物流专员负责",
      posts: ["物流专员"],
    },
  ],
};

beforeEach(() => {
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const posted = (calls: Request[]) => calls.filter(({ method }) => method === "POST");

describe("the action bar", () => {
  it("takes an allowed step on the version that the person saw", async () => {
    const calls = await play(<ActionBar of={ORDER} resource="order" at={ORDERS} />, {
      "POST /api/v1/sales/orders/7/confirm": () => Response.json({ ...ORDER, version: 4 }),
    });
    fireEvent.click(await screen.findByRole("button", { name: "与客户确认" }));
    await screen.findByText("已完成：与客户确认");
    expect(posted(calls)[0]?.headers.get("If-Match")).toBe('"3"');
  });

  it("keeps a step of somebody else in sight, and says by which clause it is whose", async () => {
    const calls = await play(<ActionBar of={ORDER} resource="order" at={ORDERS} />, {});
    fireEvent.focus(await screen.findByRole("button", { name: /发货/ }));
    await screen.findByText("「发货」由物流专员负责");
    expect(screen.getByRole("link", { name: "制度第 4.3.2 条" }).getAttribute("href")).toBe(
      "/regulation/clauses/4.3.2",
    );
    expect(posted(calls)).toEqual([]);
  });

  it("names the consequence before a step that cannot be taken back", async () => {
    const bar = (
      <ActionBar of={ORDER} resource="order" at={ORDERS} consequences={{ cancel: "客户会立即收到取消通知。" }} />
    );
    const calls = await play(bar, {});
    fireEvent.click(await screen.findByRole("button", { name: "取消订单" }));
    await screen.findByText("客户会立即收到取消通知。");
    expect(posted(calls)).toEqual([]);
  });

  it("shows why the server refused", async () => {
    await play(<ActionBar of={ORDER} resource="order" at={ORDERS} />, {
      "POST /api/v1/sales/orders/7/confirm": () =>
        Response.json(
          { type: "/problems/stale", title: "记录已被他人修改", status: 412, detail: "请刷新后再试", request_id: "r9" },
          { status: 412 },
        ),
    });
    fireEvent.click(await screen.findByRole("button", { name: "与客户确认" }));
    await screen.findByText("记录已被他人修改");
    await screen.findByText("请求编号 r9");
  });
});

describe("the form", () => {
  it("puts an error on the field that its pointer names, and keeps what was written", async () => {
    const form = (
      <FormDrawer<{ phone: string }>
        title="登记"
        open
        onClose={() => undefined}
        onSubmit={(body) => ok(api.POST("/api/v1/me/password", { body: body as never }))}
      >
        <Form.Item name="phone" label="电话">
          <Input />
        </Form.Item>
      </FormDrawer>
    );
    await play(form, {
      "POST /api/v1/me/password": () =>
        Response.json(
          {
            type: "/problems/malformed",
            title: "内容有误",
            status: 422,
            detail: "请改正标出的字段",
            request_id: "r",
            errors: [{ pointer: "/phone", detail: "至少 3 个字符", code: "string_too_short" }],
          },
          { status: 422 },
        ),
    });
    fireEvent.change(await screen.findByLabelText(/电话/), { target: { value: "12" } });
    fireEvent.click(screen.getByRole("button", { name: "保存" }));
    await screen.findByText("至少 3 个字符");
    expect((screen.getByLabelText(/电话/) as HTMLInputElement).value).toBe("12");
    expect(screen.queryByText("内容有误")).toBeNull();
  });
});

describe("the table", () => {
  const page = (items: object[]) => () =>
    Response.json({ items, next_cursor: null, total: null, total_is_estimate: false });
  const columns = [
    { key: "number", title: "编号" },
    { key: "remark", title: "备注" },
  ] as never[];

  it("asks in the wire form, and leads from a row to its record", async () => {
    const calls = await play(
      <ResourceTable at={ORDERS} resource="order" columns={columns} sort="-updated_at" fixed={{ campaign_id: "c1" }} />,
      {
        "GET /api/v1/sales/orders": page([{ id: "7", number: "SO-7", remark: null }]),
      },
    );
    const link = await screen.findByRole("link", { name: "SO-7" });
    expect(link.getAttribute("href")).toBe("/sales/orders/7");
    const asked = new URL(calls.find(({ url }) => url.includes("orders"))?.url ?? "").searchParams;
    expect(Object.fromEntries(asked)).toEqual({ sort: "-updated_at", campaign_id: "c1", limit: "50" });
  });

  it("teaches when there is nothing", async () => {
    await play(<ResourceTable at={ORDERS} resource="order" columns={columns} empty={<p>还没有订单</p>} />, {
      "GET /api/v1/sales/orders": page([]),
    });
    await screen.findByText("还没有订单");
  });

  it("says why it could not be read", async () => {
    await play(<ResourceTable at={ORDERS} resource="order" columns={columns} />, {
      "GET /api/v1/sales/orders": () =>
        Response.json(
          {
            type: "/problems/refused",
            title: "这不是您的职责",
            status: 403,
            detail: "…",
            request_id: "r",
            clause: "4.3.1",
          },
          { status: 403 },
        ),
    });
    await waitFor(() => expect(within(screen.getByRole("alert")).getByText("这不是您的职责")).toBeTruthy());
  });
});
