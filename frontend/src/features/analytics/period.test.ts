import dayjs from "dayjs";
import { describe, expect, it } from "vitest";
import { before, daysOf, NAMED, within } from "./period";

const TODAY = dayjs("2026-11-25");

describe("a period", () => {
  it("of thirty days has thirty, today included", () => {
    const days = NAMED.days_30?.(TODAY);
    expect(days).toEqual({ from: "2026-10-27", to: "2026-11-26" });
    expect(days && daysOf(days)).toBe(30);
  });

  it("of last month is the whole month", () => {
    expect(NAMED.last_month?.(TODAY)).toEqual({ from: "2026-10-01", to: "2026-11-01" });
  });

  it("of a year is this month so far and the eleven before", () => {
    expect(NAMED.year?.(TODAY)).toEqual({ from: "2025-12-01", to: "2026-11-26" });
  });

  it("is compared with as many days before it", () => {
    expect(before({ from: "2026-11-01", to: "2026-11-26" })).toEqual({ from: "2026-10-07", to: "2026-11-01" });
  });

  it("of a month within another is cut at its ends", () => {
    const asked = { from: "2026-10-10", to: "2026-11-26" };
    expect(within("2026-10", asked)).toEqual({ from: "2026-10-10", to: "2026-11-01" });
    expect(within("2026-11", asked)).toEqual({ from: "2026-11-01", to: "2026-11-26" });
    expect(within("2026-11-05", asked)).toEqual({ from: "2026-11-05", to: "2026-11-06" });
  });
});
