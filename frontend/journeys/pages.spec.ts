import { mkdirSync } from "node:fs";
import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "@playwright/test";
import { demoAccounts, troubles, windowOf } from "./people";

/** Every page of the navigation, as somebody whose duty it is, wide and narrow: it shows itself, accessible, without a
 *  complaint in the console and without a scroll bar sideways. JOURNEY_SHOTS names a folder for a picture of each. */
const SHOTS = process.env.JOURNEY_SHOTS;
const MISSING_WORD = /\b(kinds|ways|methods|criteria|states|verbs|fields|channels|goal|parts|words|roles)\.[a-z_-]+\b/g;
const seen = new Set<string>();

async function settled(page: Page) {
  await expect(page.locator(".ant-skeleton-active, .ant-spin-spinning, [aria-busy=true]")).toHaveCount(0);
  await page.evaluate(() => document.fonts.ready);
}

async function looksRight(page: Page, path: string, width: number) {
  await settled(page);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect.soft(overflow, `${path} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
  const { violations } = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
  expect.soft(violations.map((v) => `${path} ${width}: ${v.id} ${v.nodes[0]?.html.slice(0, 160)}`)).toEqual([]);
  expect.soft(troubles(page).splice(0), `${path} at ${width} px`).toEqual([]);
  // A word that is missing shows its key.
  const text = (await page.locator("body").textContent()) ?? "";
  expect.soft(text.match(MISSING_WORD) ?? [], `${path} has a word for everything`).toEqual([]);
  expect.soft(text, path).not.toContain("[object Object]");
  if (SHOTS) {
    mkdirSync(SHOTS, { recursive: true });
    const name =
      path === "/"
        ? "day"
        : path
            .slice(1)
            .replaceAll("/", "-")
            .replace(/[0-9a-f-]{36}/, "one");
    await page.screenshot({ path: `${SHOTS}/${name}-${width}.png` });
  }
}

for (const width of [1440, 375]) {
  test(`every page of the navigation at ${width} px`, async ({ browser, request }) => {
    test.setTimeout(600_000);
    seen.clear();
    for (const account of await demoAccounts(request)) {
      const wide = await windowOf(browser, account, 1440);
      const paths = await wide
        .getByRole("navigation")
        .locator("a[href^='/']")
        .evaluateAll((links) => links.map((link) => new URL((link as HTMLAnchorElement).href).pathname));
      const fresh = [...new Set(paths)].filter((path) => !seen.has(path));
      for (const path of fresh) seen.add(path);
      if (fresh.length > 0) {
        await wide.setViewportSize({ width, height: width < 500 ? 812 : 900 });
        for (const path of fresh) {
          await wide.goto(path);
          await expect(wide.getByRole("heading").first()).toBeVisible();
          await expect.soft(wide.getByText("没有这个页面"), `${path} has no page`).toHaveCount(0);
          await looksRight(wide, path, width);
          await firstRecord(wide, path, width);
        }
      }
      await wide.context().close();
    }
    expect(seen.size).toBeGreaterThan(20);
  });
}

/** The first record of a list has a page of its own. */
async function firstRecord(page: Page, path: string, width: number) {
  const link = page.locator(`main a[href^='${path}/']`).first();
  if ((await link.count()) === 0) return;
  const href = await link.getAttribute("href");
  if (!href || !/[0-9a-f]{8}-[0-9a-f]{4}-/.test(href)) return;
  await page.goto(href);
  await expect(page.getByRole("heading").first()).toBeVisible();
  await looksRight(page, href, width);
}
