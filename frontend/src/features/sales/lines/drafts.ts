import type { components } from "@/api/schema.gen";

export type LineIn = components["schemas"]["LineIn"];
export type LineOut = components["schemas"]["LineOut"];

/** Lines as a form carries them. */
export function draftOf(lines: LineOut[]): LineIn[] {
  return lines.map(({ product_id, quantity, discount }) => ({ product_id, quantity, discount }));
}

/** The lines to send: none where they are as they were, for to send them is to price them anew. */
export function changedLines(lines: LineIn[] | undefined, before: LineOut[]): LineIn[] | undefined {
  const plain = (of: LineIn[]) =>
    JSON.stringify(of.map(({ product_id, quantity, discount }) => [product_id, Number(quantity), Number(discount)]));
  return lines && plain(lines) !== plain(draftOf(before)) ? lines : undefined;
}
