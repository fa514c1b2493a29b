import {
  type APIRequestContext,
  type Browser,
  type BrowserContext,
  type ConsoleMessage,
  expect,
  type Page,
} from "@playwright/test";

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
export async function windowOf(
  browser: Browser,
  account: DemoAccount,
  width = 1440,
  at = "",
  prepare?: (context: BrowserContext) => Promise<void>,
): Promise<Page> {
  const context = await browser.newContext({ viewport: { width, height: width < 500 ? 812 : 900 } });
  await prepare?.(context);
  const page = await context.newPage();
  page.on("console", (message) => {
    if (message.type() === "error" && !answersThatTeach(message)) troubles(page).push(message.text());
  });
  page.on("pageerror", (error) => troubles(page).push(String(error)));
  await page.goto(`${at}/`);
  await page.getByLabel(/账号|登录名|用户名/).fill(account.login);
  await page.getByLabel(/密码/).first().fill(account.password);
  await page.getByRole("button", { name: /^登\s*录$/ }).click();
  await expect(page.getByRole("navigation").first()).toBeVisible();
  return page;
}

/** What the browser notes as an error and is an answer: a first page asks for a refresh without having a cookie (401);
 *  the other lead of a pair may be out of one's reach (404), and the page says so. */
function answersThatTeach(message: ConsoleMessage): boolean {
  const { url } = message.location();
  return (
    (message.text().includes("401") && url.includes("/auth/refresh")) ||
    (message.text().includes("404") && /\/sales\/leads\/[0-9a-f-]{36}$/.test(url))
  );
}

const noted = new WeakMap<Page, string[]>();

/** What the page's console complained of. */
export function troubles(page: Page): string[] {
  const known = noted.get(page) ?? [];
  noted.set(page, known);
  return known;
}
