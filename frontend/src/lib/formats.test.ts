import { describe, expect, it } from "vitest";
import { bytes, count, money, percent, roundMoney } from "./numbers";
import { telephone } from "./telephone";
import { clock, date, dateTime, day, dayOf, relative, shortDateTime, span, workingSpan } from "./time";

const AT = "2026-11-25T06:05:00Z";

describe("money", () => {
  it("is written with its sign and two decimals", () => {
    expect(money("12800.00", "zh-CN")).toBe("¥12,800.00");
    expect(money("12800.00", "zh-TW")).toBe("¥12,800.00");
    expect(money("12800.00", "en")).toBe("¥12,800.00");
    expect(money("-3.50", "zh-CN")).toBe("-¥3.50");
  });
  it("keeps every fen of a sum that no float could hold", () => {
    expect(money("9007199254740993.01", "en")).toBe("¥9,007,199,254,740,993.01");
  });
  it("is counted in 万 by Chinese readers, when rounded", () => {
    expect(roundMoney("1283000.00", "zh-CN")).toBe("¥128.3万");
    expect(roundMoney("1283000.00", "en")).toBe("¥1.3M");
  });
});

describe("times", () => {
  it("are shown by the company's clock", () => {
    expect(dateTime(AT, "zh-CN")).toBe("2026年11月25日 14:05");
    expect(dateTime(AT, "zh-TW")).toBe("2026年11月25日 14:05");
    expect(dateTime(AT, "en")).toBe("25 November 2026, 14:05");
    expect(date("2026-11-25", "zh-CN")).toBe("2026年11月25日");
    expect(day(AT, "zh-CN")).toBe("11月25日");
    expect(day(AT, "en")).toBe("25 Nov");
    expect(clock("2026-11-24T16:00:00Z", "zh-CN")).toBe("00:00");
  });
  it("belong to the day that Shanghai has then", () => {
    expect(dayOf("2026-11-24T16:30:00Z")).toBe("2026-11-25");
  });
  it("are short when the reader knows the rest", () => {
    expect(shortDateTime(AT, "zh-CN", "2026-11-25T10:00:00Z")).toBe("今天 14:05");
    expect(shortDateTime(AT, "zh-CN", "2026-12-25T10:00:00Z")).toBe("11月25日 14:05");
    expect(shortDateTime(AT, "zh-CN", "2027-01-25T10:00:00Z")).toBe("2026年11月25日 14:05");
    expect(shortDateTime(AT, "en", "2026-11-25T10:00:00Z")).toBe("Today, 14:05");
  });
  it("are told from now by the largest unit that fits", () => {
    expect(relative("2026-11-25T09:05:00Z", "zh-CN", AT)).toBe("3小时后");
    expect(relative("2026-11-23T06:05:00Z", "zh-CN", AT)).toBe("前天");
    expect(relative("2026-11-25T05:50:00Z", "en", AT)).toBe("15 min. ago");
  });
});

describe("spans", () => {
  it("name two units at most", () => {
    expect(span(9_000_000, "zh-CN")).toBe("2小时 30分钟");
    expect(span(3 * 86_400_000 + 60_000, "zh-CN")).toBe("3天");
    expect(span(9_000_000, "en")).toBe("2 hours 30 minutes");
  });
  it("count working days of eight hours", () => {
    expect(workingSpan(240, "zh-CN")).toBe("4小时（工作时间）");
    expect(workingSpan(600, "zh-CN")).toBe("1 个工作日 2小时");
    expect(workingSpan(960, "zh-TW")).toBe("2 個工作日");
    expect(workingSpan(960, "en")).toBe("2 working days");
    expect(workingSpan(240, "en")).toBe("4 hours of working time");
  });
});

describe("numbers", () => {
  it("are grouped", () => {
    expect(count(1_234_567, "zh-CN")).toBe("1,234,567");
    expect(percent(0.1254, "zh-CN")).toBe("12.5%");
    expect(bytes(3_200_000, "en")).toBe("3.2 MB");
  });
});

describe("a telephone", () => {
  it("is read in three groups", () => {
    expect(telephone("13812345678")).toBe("138 1234 5678");
    expect(telephone("+8613812345678")).toBe("138 1234 5678");
    expect(telephone("138****5678")).toBe("138 **** 5678");
  });
  it("of another kind stays as it came", () => {
    expect(telephone("021-61234567")).toBe("021-61234567");
    expect(telephone("+1 415 555 0100")).toBe("+1 415 555 0100");
  });
});
