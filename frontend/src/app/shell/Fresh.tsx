import { registerSW } from "virtual:pwa-register";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import css from "./Banner.module.css";

/** Keeps the installed shell, and offers a new version when there is one; never reloads under somebody's hands. */
export function Fresh() {
  const { t } = useTranslation("shell");
  const [fresh, setFresh] = useState(false);
  const load = useRef<(() => Promise<void>) | null>(null);
  useEffect(() => {
    load.current ??= registerSW({ onNeedRefresh: () => setFresh(true) });
  }, []);
  if (!fresh) return null;
  return (
    <div role="status" className={css.banner}>
      {t("fresh")}
      <Button size="small" type="primary" onClick={() => load.current?.()}>
        {t("fresh_load")}
      </Button>
    </div>
  );
}
