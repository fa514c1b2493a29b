import { describe, expect, it } from "vitest";
import { changedLines, draftOf, type LineOut } from "./drafts";
import { sumsOf, toPay } from "./sums";

describe("the sums of lines", () => {
  it("are exact to the last fen", () => {
    const sums = sumsOf([
      { quantity: "2", price: "1280.00", discount: "60.00", tax_rate: "13.00" },
      { quantity: "0.125", price: "99.99", tax_rate: "6.00" },
    ]);
    expect(sums).toEqual({ gross: "2572.50", discount: "60.00", total: "2512.50", tax: "288.32" });
  });
  it("round half a fen up, as the database does", () => {
    expect(sumsOf([{ quantity: "0.5", price: "0.01", tax_rate: "0" }]).total).toBe("0.01");
  });
  it("never fall below nothing", () => {
    expect(sumsOf([{ quantity: "1", price: "10.00", discount: "25.00" }])).toMatchObject({
      discount: "10.00",
      total: "0.00",
    });
  });
  it("of lines not yet filled in are nothing", () => {
    expect(sumsOf([{}, { quantity: null, price: "5.00" }]).total).toBe("0.00");
  });
});

describe("lines that stand already", () => {
  const before = [{ product_id: "p", quantity: "2", discount: "60.00" }] as LineOut[];

  it("are not sent again, which would price them anew", () => {
    expect(changedLines(draftOf(before), before)).toBeUndefined();
    expect(changedLines([{ product_id: "p", quantity: "2.000", discount: "60" }], before)).toBeUndefined();
  });
  it("are sent as a whole once one of them changed", () => {
    const lines = [{ product_id: "p", quantity: "3", discount: "60.00" }];
    expect(changedLines(lines, before)).toEqual(lines);
  });
});

describe("what is still to pay", () => {
  it("is exact", () => {
    expect(toPay({ total: "8788.00", paid: "5000.50" })).toBe("3787.50");
    expect(toPay({ total: "0.10", paid: "0.05" })).toBe("0.05");
  });
});
