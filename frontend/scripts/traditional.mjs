/** Writes src/i18n/zh-TW from src/i18n/zh-CN by OpenCC (s2twp: Taiwan's characters and words). `--check` only compares. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import * as OpenCC from "opencc-js";

const convert = OpenCC.Converter({ from: "cn", to: "twp" });
const folder = new URL("../src/i18n/", import.meta.url);

/** The Traditional text of one file of zh-CN. */
export function traditional(name) {
  return convert(readFileSync(new URL(`zh-CN/${name}`, folder), "utf8"));
}

if (import.meta.url === `file://${process.argv[1]}`) {
  for (const name of readdirSync(new URL("zh-CN/", folder))) {
    writeFileSync(new URL(`zh-TW/${name}`, folder), traditional(name));
  }
}
