import { expect, type Locator, type Page } from "@playwright/test";

/** What a person's hands do on these pages. Everything is found as a person finds it: by what it is called. */

/** The form that stands beside what it is about. */
export const form = (page: Page) => page.getByRole("dialog").last();

/** Takes a step of the record: its button, and where it asks something, the form with the same name on its button. */
export async function step(page: Page, name: string | RegExp, fill?: (asked: Locator) => Promise<void>) {
  await page
    .getByRole("main")
    .getByRole("button", { name, exact: typeof name === "string" })
    .first()
    .click();
  if (fill) await answer(page, name, fill);
  await expect(page.getByText(/已完成|已保存/).first()).toBeVisible();
}

/** Fills in the open form and sends it; it closes when the answer is good. */
export async function answer(page: Page, send: string | RegExp, fill: (asked: Locator) => Promise<void>) {
  const asked = form(page);
  await expect(asked).toBeVisible();
  await fill(asked);
  await asked
    .getByRole("button", { name: send, exact: typeof send === "string" })
    .last()
    .click();
  await expect(asked).toBeHidden();
}

/** Chooses from a list by typing a part of what is wanted, or from a short one at once. */
export async function choose(within: Locator, label: string | RegExp, wanted: string, typed = wanted) {
  const box = within.getByRole("combobox", { name: label });
  const options = within.page().locator(".ant-select-dropdown:visible .ant-select-item-option");
  await box.click();
  if (typed) await box.pressSequentially(typed);
  // The list is drawn anew while one types: what was hit is only then chosen when the field says so.
  await expect(async () => {
    await options.filter({ hasText: wanted }).first().click({ timeout: 2_000 });
    await expect(box.locator("xpath=ancestor::*[contains(concat(' ', @class, ' '), ' ant-select ')][1]")).toContainText(
      wanted,
      { timeout: 1_000 },
    );
  }).toPass({ timeout: 15_000 });
}

/** Chooses from a short list that takes no typing. */
export const pick = (within: Locator, label: string | RegExp, wanted: string) => choose(within, label, wanted, "");

/** Types a day into its field. */
export async function day(within: Locator, label: string | RegExp, value: string) {
  const box = within.getByRole("textbox", { name: label });
  await box.fill(value);
  await box.press("Enter");
}
