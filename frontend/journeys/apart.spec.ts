import { expect, test } from "@playwright/test";
import { demoAccounts, windowOf } from "./people";

/** The SPA from a server of its own, which knows of the API by its configuration alone. */
const APART = `http://127.0.0.1:${process.env.JOURNEY_APART_PORT ?? 8178}`;

test("the SPA deployed apart signs in, reads, stays signed in, and can read a refusal", async ({
  browser,
  request,
  baseURL,
}) => {
  const account = (await demoAccounts(request)).find(({ login }) => login === "xu.xinghe");
  if (!account) throw new Error("The demonstration has no xu.xinghe");
  const page = await windowOf(browser, account, 1440, APART, async (context) => {
    // What a deployment writes beside index.html.
    await context.route("**/config.json", (route) => route.fulfill({ json: { api: baseURL } }));
  });
  await page.goto(`${APART}/sales/leads`);
  await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
  await page.reload(); // by its cookie
  await expect(page.getByRole("main").getByRole("link").first()).toBeVisible();
  await page.goto(`${APART}/tech/audit`);
  await expect(page.getByRole("heading", { name: "这不是您的职责" })).toBeVisible();
});
