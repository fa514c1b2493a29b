import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";
import css from "./Banner.module.css";

function onChange(listener: () => void): () => void {
  globalThis.addEventListener("online", listener);
  globalThis.addEventListener("offline", listener);
  return () => {
    globalThis.removeEventListener("online", listener);
    globalThis.removeEventListener("offline", listener);
  };
}

/** Says so while there is no network. */
export function Offline() {
  const { t } = useTranslation("shell");
  const online = useSyncExternalStore(onChange, () => navigator.onLine);
  return (
    <div role="status" className={online ? undefined : `${css.banner} ${css.warning}`}>
      {online ? null : t("offline")}
    </div>
  );
}
