import { useQueryClient } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { type Account, revise } from "@/api/session";
import { follow } from "@/api/stream";
import { useLanguage } from "@/i18n";
import { useKept } from "@/lib/kept";
import { useNarrow } from "@/lib/screen";
import { BottomBar } from "./BottomBar";
import { Fresh } from "./Fresh";
import { Navigation } from "./Navigation";
import { Offline } from "./Offline";
import css from "./Shell.module.css";
import { TopBar } from "./TopBar";

const NavigationDrawer = lazy(() => import("./NavigationDrawer"));
const Search = lazy(() => import("./Search"));

/** What stands around every page: navigation by duty, search, notifications, and oneself. */
export default function Shell({ account, children }: { account: Account; children: ReactNode }) {
  const { t } = useTranslation("shell");
  const queries = useQueryClient();
  const narrow = useNarrow();
  const language = useLanguage();
  const [folded, setFolded] = useKept("folded", false);
  const [drawer, setDrawer] = useState(false);
  const [search, setSearch] = useState(false);

  useEffect(() => {
    const line = new AbortController();
    void follow(queries, line.signal);
    return () => line.abort();
  }, [queries]);

  // Messages and mails of the company speak the language that the person reads here.
  useEffect(() => {
    if (account.language === language) return;
    ok(api.PATCH("/api/v1/me", { body: { language } })).then(revise, () => undefined);
  }, [account.language, language]);

  useEffect(() => {
    function onKey(event: KeyboardEvent) {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        setSearch(true);
      }
    }
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  return (
    <div className={narrow ? css.narrow : folded ? `${css.shell} ${css.folded}` : css.shell}>
      <a className={css.skip} href="#matter-of-page">
        {t("skip")}
      </a>
      {narrow ? null : <Navigation folded={folded} onFold={setFolded} />}
      <div className={css.side}>
        <TopBar account={account} onSearch={() => setSearch(true)} />
        <Offline />
        <Fresh />
        <main id="matter-of-page" tabIndex={-1} className={css.content}>
          {children}
        </main>
      </div>
      {narrow ? <BottomBar onMore={() => setDrawer(true)} /> : null}
      <Suspense fallback={null}>
        {narrow && drawer ? <NavigationDrawer onClose={() => setDrawer(false)} /> : null}
        {search ? <Search onClose={() => setSearch(false)} /> : null}
      </Suspense>
    </div>
  );
}
