import "./app.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { ConfigProvider } from "antd";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { renew } from "@/api/session";
import { antdLocale, startI18n, useLanguage } from "@/i18n";
import { queries } from "./queries";
import { router } from "./routes";
import { adoptStyles } from "./styles";
import { themeOf, useTaste } from "./theme";

function Zhidu() {
  const language = useLanguage();
  const { dark } = useTaste();
  return (
    <ConfigProvider theme={themeOf(dark)} locale={antdLocale(language)} button={{ autoInsertSpace: false }}>
      <RouterProvider router={router} />
    </ConfigProvider>
  );
}

async function start(): Promise<void> {
  adoptStyles();
  // The words and the session are fetched side by side; the page is drawn when there are words.
  void renew();
  await startI18n();
  const element = document.getElementById("root");
  if (!element) return;
  createRoot(element).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <Zhidu />
      </QueryClientProvider>
    </StrictMode>,
  );
}

void start();
