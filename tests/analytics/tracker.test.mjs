// The tracker in a small browser: what it sends, what it keeps, what it leaves alone.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import vm from "node:vm";

const source = readFileSync(new URL("../../backend/zhidu/analytics/static/t.js", import.meta.url), "utf8");

class Element {
  constructor(attributes = {}) {
    this.attributes = attributes;
    this.children = [];
  }
  getAttribute(name) {
    return this.attributes[name] ?? null;
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
  hasAttribute(name) {
    return name in this.attributes;
  }
  appendChild(child) {
    this.children.push(child);
    return child;
  }
  closest(selector) {
    return this.hasAttribute(selector.slice(1, -1)) ? this : null;
  }
  querySelector(selector) {
    const name = /name="(.*)"/.exec(selector)[1];
    return this.children.find((child) => child.name === name) ?? null;
  }
  get values() {
    return Object.fromEntries(this.children.map((child) => [child.name, child.value]));
  }
}

function storage(from = {}) {
  const held = new Map(Object.entries(from));
  return {
    held,
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => held.set(key, String(value)),
    removeItem: (key) => held.delete(key),
  };
}

function open(address, { navigator = {}, session = {}, local = {}, forms = [], referrer = "", blocked = false } = {}) {
  const listeners = {};
  const listen = (type, heard) => (listeners[type] ??= []).push(heard);
  const sent = [];
  const location = new URL(address);
  const window = {
    location,
    crypto,
    sessionStorage: storage(session),
    localStorage: storage(local),
    addEventListener: listen,
    Request: { prototype: { keepalive: false } },
    fetch: (url, options) => {
      sent.push({ url, ...options, events: JSON.parse(options.body).events });
      return Promise.resolve();
    },
    history: {
      pushState: (_state, _title, to) => (location.href = new URL(to, location.href).href),
      replaceState: () => {},
    },
  };
  if (blocked)
    for (const name of ["sessionStorage", "localStorage"])
      Object.defineProperty(window, name, {
        get() {
          throw new Error("forbidden");
        },
      });
  const document = {
    currentScript: { src: "https://zhidu.example/t.js" },
    referrer,
    title: "三天上线",
    readyState: "interactive",
    visibilityState: "visible",
    addEventListener: listen,
    createElement: () => ({}),
    querySelectorAll: () => forms,
  };
  vm.runInNewContext(source, {
    window, document, navigator, URL, URLSearchParams, Uint8Array, Promise, setTimeout: () => 1, clearTimeout() {},
  });
  const happen = (type, target) => listeners[type]?.forEach((heard) => heard({ target }));
  return { window, sent, happen, leave: () => happen("pagehide"), events: () => sent.flatMap((one) => one.events) };
}

const LANDING = "https://www.example.com/landing?zl=k7m2p9qa&utm_source=baidu&name=secret";

test("a visit says which campaign brought it, and no more of the address", () => {
  const page = open(LANDING, { referrer: "https://www.baidu.com/s?wd=secret" });
  page.leave();
  assert.equal(page.sent.length, 1);
  assert.equal(page.sent[0].url, "https://zhidu.example/collect");
  assert.equal(page.sent[0].credentials, "omit");
  const [look, leave] = page.events();
  assert.deepEqual([look.kind, leave.kind], ["pageview", "leave"]);
  assert.equal(look.url, "https://www.example.com/landing");
  assert.deepEqual([look.zl, look.utm_source, look.referrer], ["k7m2p9qa", "baidu", "www.baidu.com"]);
  assert.match(look.session, /^[0-9a-f]{32}$/);
  assert.deepEqual([look.visitor, look.consent], [null, false]);
  assert.ok(look.ago >= 0);
  assert.ok(!JSON.stringify(page.sent).includes("secret"));
  assert.deepEqual([...page.window.localStorage.held], []);
});

test("the campaign and the session hold on the next page of the tab", () => {
  const first = open(LANDING);
  first.leave();
  const next = open("https://www.example.com/price", { session: Object.fromEntries(first.window.sessionStorage.held) });
  next.leave();
  assert.equal(next.events()[0].session, first.events()[0].session);
  assert.equal(next.events()[0].zl, "k7m2p9qa");
});

test("a page that changes its address without loading is another page", () => {
  const page = open(LANDING);
  page.window.history.pushState({}, "", "/price");
  page.window.history.pushState({}, "", "/price?tab=2");
  page.leave();
  assert.deepEqual(
    page.events().map((event) => [event.kind, new URL(event.url).pathname]),
    [["pageview", "/landing"], ["leave", "/landing"], ["pageview", "/price"], ["leave", "/price"]],
  );
});

test("a visitor is known again from consent until it is taken back", () => {
  const page = open(LANDING);
  page.window.zhidu("consent", true);
  const visitor = page.window.localStorage.held.get("zhidu.v");
  assert.match(visitor, /^[0-9a-f]{32}$/);
  const again = open(LANDING, { local: { "zhidu.v": visitor } });
  again.leave();
  assert.deepEqual([again.events()[0].visitor, again.events()[0].consent], [visitor, true]);
  again.window.zhidu("consent", false);
  assert.equal(again.window.localStorage.held.size, 0);
});

for (const navigator of [{ doNotTrack: "1" }, { globalPrivacyControl: true }])
  test(`who asks not to be tracked is not: ${JSON.stringify(navigator)}`, () => {
    const form = new Element({ "data-zhidu-form": "" });
    const page = open(LANDING, { navigator, forms: [form] });
    page.window.zhidu("consent", true);
    page.happen("submit", form);
    page.leave();
    assert.deepEqual(page.sent, []);
    assert.equal(page.window.sessionStorage.held.size + page.window.localStorage.held.size, 0);
    // The form itself still tells which campaign's page it stands on, as its address says.
    assert.deepEqual(form.values, { page: "https://www.example.com/landing", zl: "k7m2p9qa", utm_source: "baidu" });
  });

test("a form knows the session and the campaign, and its sending is an event", () => {
  const form = new Element({ "data-zhidu-form": "", action: "/f/demo" });
  form.children.push({ name: "session", value: "" });
  const page = open(LANDING, { forms: [form] });
  assert.equal(form.values.zl, "k7m2p9qa");
  page.happen("submit", form);
  const sent = page.events().find((event) => event.kind === "form");
  assert.deepEqual([sent.title, sent.session], ["/f/demo", form.values.session]);
  const other = new Element();
  page.window.zhidu("form", other);
  assert.equal(other.values.session, form.values.session);
});

test("what is named is counted when clicked", () => {
  const page = open(LANDING);
  page.happen("click", new Element({ "data-zhidu-click": "demo" }));
  page.happen("click", new Element());
  page.leave();
  assert.deepEqual(page.events().filter((event) => event.kind === "click").map((event) => event.title), ["demo"]);
});

test("without storage it still counts the page", () => {
  const page = open(LANDING, { blocked: true });
  page.leave();
  assert.equal(page.events().length, 2);
});
