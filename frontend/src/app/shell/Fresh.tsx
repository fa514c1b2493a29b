import { registerSW } from "virtual:pwa-register";
import { Alert, Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

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
    <Alert
      type="info"
      banner
      title={t("fresh")}
      action={
        <Button size="small" type="primary" onClick={() => load.current?.()}>
          {t("fresh_load")}
        </Button>
      }
    />
  );
}
