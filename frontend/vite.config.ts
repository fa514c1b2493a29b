import react from "@vitejs/plugin-react";
import { VitePWA } from "vite-plugin-pwa";
import { defineConfig } from "vitest/config";

const API = "http://127.0.0.1:8000";

// Paths that the server answers itself: the service worker never serves the shell for them, and the dev server passes them on.
const OF_THE_SERVER = [
  "/api",
  "/healthz",
  "/readyz",
  "/metrics",
  "/collect",
  "/forms",
  "/f",
  "/l",
  "/t.js",
  "/unsubscribe",
  "/q",
];

// `/f` and what is under it, but not `/favicon.svg`; a key of the proxy that begins with ^ is a pattern.
function under(path: string): string {
  return `^${path.replace(".", "\\.")}(/|$|\\?)`;
}

export default defineConfig({
  plugins: [
    react(),
    VitePWA({
      registerType: "prompt",
      injectRegister: false,
      manifest: {
        name: "制度 Zhidu",
        short_name: "制度",
        description: "让公司的推广与销售制度自己运行",
        lang: "zh-CN",
        start_url: "/",
        display: "standalone",
        theme_color: "#0e7a6b",
        background_color: "#f6f7f7",
        icons: [
          { src: "/icon-192.png", sizes: "192x192", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png" },
          { src: "/icon-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
      workbox: {
        // The shell alone: no run-time caching, so an answer of the API is never kept on the device.
        globPatterns: ["**/*.{js,css,html,svg,png}"],
        navigateFallback: "/index.html",
        navigateFallbackDenylist: OF_THE_SERVER.map((path) => new RegExp(under(path))),
        sourcemap: false,
      },
    }),
  ],
  resolve: { alias: { "@": "/src" } },
  server: { host: "127.0.0.1", proxy: Object.fromEntries(OF_THE_SERVER.map((path) => [under(path), API])) },
  build: { target: "es2023", sourcemap: false, assetsInlineLimit: 0, chunkSizeWarningLimit: 900 },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
