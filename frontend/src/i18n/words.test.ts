import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as OpenCC from "opencc-js";
import { describe, expect, it } from "vitest";

const HERE = import.meta.dirname;
const SOURCE = join(HERE, "..");
const NAMESPACES = readdirSync(join(HERE, "zh-CN")).map((file) => file.replace(".json", ""));
const NEEDS_KEY = /^[\w-]+(\.[\w-]+)*$/;

type Words = { [key: string]: string | Words };

function words(language: string, namespace: string): Words {
  return JSON.parse(readFileSync(join(HERE, language, `${namespace}.json`), "utf8"));
}

function keys(of: Words, before = ""): string[] {
  return Object.entries(of).flatMap(([key, value]) =>
    typeof value === "string" ? [before + key] : keys(value, `${before}${key}.`),
  );
}

const KNOWN = new Map(NAMESPACES.map((namespace) => [namespace, new Set(keys(words("zh-CN", namespace)))]));

/** A key is there as it is, or in the plural forms that i18next chooses by `count`. */
function known(namespace: string, key: string): boolean {
  const all = KNOWN.get(namespace);
  return all !== undefined && (all.has(key) || all.has(`${key}_other`));
}

/** Every `t("...")` with a literal key, under the namespace that the file's useTranslation names first. */
function used(file: string): { namespace: string; key: string }[] {
  const code = readFileSync(file, "utf8");
  // A file may hold several components; each speaks from the useTranslation above it.
  return code.split(/(?=useTranslation\()/).flatMap((part) => {
    const first = /^useTranslation\(\s*\[?\s*"([\w-]+)"/.exec(part)?.[1] ?? "shell";
    return [...part.matchAll(/\bt\(\s*(\[?)\s*"([^"]+)"/g)].flatMap(([, list, literal]) => {
      if (list || !literal) return [];
      const [namespace, key] = literal.includes(":") ? literal.split(":", 2) : [first, literal];
      return namespace && key && NEEDS_KEY.test(key) ? [{ namespace, key }] : [];
    });
  });
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.|\.gen\./.test(entry.name) ? [path] : [];
  });
}

describe("the three languages", () => {
  it.each(NAMESPACES)("say the same things: %s", (namespace) => {
    const chinese = keys(words("zh-CN", namespace)).sort();
    expect(keys(words("en", namespace)).sort()).toEqual(chinese);
    expect(keys(words("zh-TW", namespace)).sort()).toEqual(chinese);
  });

  it.each(NAMESPACES)("leave nothing empty: %s", (namespace) => {
    for (const language of ["zh-CN", "en"]) {
      expect(JSON.stringify(words(language, namespace))).not.toContain('""');
    }
  });

  it.each(NAMESPACES)("keep zh-TW as OpenCC makes it (npm run zh-tw): %s", (namespace) => {
    const convert = OpenCC.Converter({ from: "cn", to: "twp" });
    const source = readFileSync(join(HERE, "zh-CN", `${namespace}.json`), "utf8");
    expect(words("zh-TW", namespace)).toEqual(JSON.parse(convert(source)));
  });
});

describe("the texts that the pages ask for", () => {
  it.each(sources(SOURCE).map((file) => file.slice(SOURCE.length + 1)))("are there: %s", (file) => {
    const missing = used(join(SOURCE, file)).filter(({ namespace, key }) => !known(namespace, key));
    expect(missing).toEqual([]);
  });
});
