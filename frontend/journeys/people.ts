import { type APIRequestContext, type Browser, expect, type Page } from "@playwright/test";

interface DemoAccount {
  login: string;
  name: string;
  posts?: string[];
  post?: string;
  department: string;
  password: string;
}

/** The demo's sign-ins, as the sign-in page lists them. */
export async function demoAccounts(request: APIRequestContext): Promise<DemoAccount[]> {
  const reply = await request.get("/api/v1/demo/accounts");
  expect(reply.ok()).toBeTruthy();
  return (await reply.json()).items as DemoAccount[];
}

/** A window of this person, signed in by password as a person would; what goes wrong in its console fails the journey. */
export async function windowOf(browser: Browser, account: DemoAccount, width = 1440): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: width < 500 ? 812 : 900 } });
  const page = await context.newPage();
  page.on("console", (message) => {
    // A visitor's first page asks for a refresh without having a cookie: the browser notes that 401.
    if (message.type() === "error" && !message.text().includes("401")) troubles(page).push(message.text());
  });
  page.on("pageerror", (error) => troubles(page).push(String(error)));
  await page.goto("/");
  await page.getByLabel(/账号|登录名|用户名/).fill(account.login);
  await page.getByLabel(/密码/).first().fill(account.password);
  await page.getByRole("button", { name: /^登\s*录$/ }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();
  return page;
}

const noted = new WeakMap<Page, string[]>();

/** What the page's console complained of. */
export function troubles(page: Page): string[] {
  const known = noted.get(page) ?? [];
  noted.set(page, known);
  return known;
}
