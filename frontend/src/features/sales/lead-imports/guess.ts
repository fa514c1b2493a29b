import type { RowOf } from "@/ui/table/listing";

type Source = Pick<RowOf<"/api/v1/sales/lead-sources">, "id" | "code" | "name" | "kind">;

/** The source that a word of a file most likely stands for: its code or its name, else the only one of a kind that the word names. */
export function sourceFor(word: string, sources: Source[]): string | undefined {
  const said = plain(word);
  if (!said) return undefined;
  const same = sources.find(({ code, name }) => plain(code) === said || plain(name) === said);
  if (same) return same.id;
  const ofKind = sources.filter(({ kind }) => said.includes(plain(kind)));
  return ofKind.length === 1 ? ofKind[0]?.id : undefined;
}

/** A word as the code of a new source: 'Organic Search' -> 'organic-search'; empty where it has no Latin letters. */
export function codeFor(word: string): string {
  return word
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 64);
}

function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\-./]+/g, "");
}
