import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { defineConfig } from "@playwright/test";

/** Journeys drive the built SPA in a real Chromium against the real API on a demo company of their own. */
const PORT = Number(process.env.JOURNEY_PORT ?? 8177);
const APART = Number(process.env.JOURNEY_APART_PORT ?? 8178);
const root = resolve(import.meta.dirname, "../..");
const data = process.env.JOURNEY_DATA ?? mkdtempSync(join(tmpdir(), "zhidu-journey-"));

export default defineConfig({
  testDir: ".",
  outputDir: "../test-results",
  timeout: 120_000,
  expect: { timeout: 15_000 },
  fullyParallel: false,
  workers: 1,
  reporter: [["list"]],
  use: {
    baseURL: `http://127.0.0.1:${PORT}`,
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    locale: "zh-CN",
    timezoneId: "Asia/Shanghai",
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
    serviceWorkers: "block",
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  webServer: [
    {
      command: `${join(root, ".venv/bin/zhidu")} run`,
      cwd: root,
      url: `http://127.0.0.1:${PORT}/readyz`,
      timeout: 240_000,
      reuseExistingServer: Boolean(process.env.JOURNEY_REUSE),
      gracefulShutdown: { signal: "SIGINT", timeout: 20_000 },
      env: {
        ZHIDU_DATA_DIR: data,
        ZHIDU_PORT: String(PORT),
        ZHIDU_PUBLIC_URL: `http://127.0.0.1:${PORT}`,
        ZHIDU_CORS_ORIGINS: JSON.stringify([`http://127.0.0.1:${APART}`]),
        ZHIDU_DEMO: "true",
      },
    },
    // The same SPA from a server of its own.
    {
      command: `npx vite preview --host 127.0.0.1 --port ${APART} --strictPort`,
      cwd: join(root, "frontend"),
      url: `http://127.0.0.1:${APART}/`,
      reuseExistingServer: Boolean(process.env.JOURNEY_REUSE),
    },
  ],
});
