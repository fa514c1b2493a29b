import { describe, expect, it } from "vitest";
import { codeFor, sourceFor } from "./guess";

const SOURCES = [
  { id: "1", code: "baidu-sem", name: "百度竞价", kind: "search" },
  { id: "2", code: "edm", name: "会员邮件", kind: "email" },
  { id: "3", code: "wechat", name: "微信公众号", kind: "social" },
  { id: "4", code: "weibo", name: "微博", kind: "social" },
];

describe("what a word of the source column stands for", () => {
  it("is the source of that name or code, however it is written", () => {
    expect(sourceFor("Baidu_SEM", SOURCES)).toBe("1");
    expect(sourceFor(" 微博 ", SOURCES)).toBe("4");
  });

  it("else the only source of the kind that it names", () => {
    expect(sourceFor("organic search", SOURCES)).toBe("1");
    expect(sourceFor("E-mail", SOURCES)).toBe("2");
  });

  it("is not guessed where two could be meant, or none", () => {
    expect(sourceFor("social", SOURCES)).toBeUndefined();
    expect(sourceFor("unknown", SOURCES)).toBeUndefined();
    expect(sourceFor("", SOURCES)).toBeUndefined();
  });
});

it("gives a new source a code of Latin letters", () => {
  expect(codeFor("Organic Search ")).toBe("organic-search");
  expect(codeFor("展会")).toBe("");
});
