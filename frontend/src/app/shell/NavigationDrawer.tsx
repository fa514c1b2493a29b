import { Drawer } from "antd";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Groups } from "./Navigation";

/** All places, on a telephone; a drawer of its own chunk. */
export default function NavigationDrawer({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation("shell");
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(true), []);
  return (
    <Drawer
      open={open}
      onClose={() => setOpen(false)}
      afterOpenChange={(now) => now || onClose()}
      placement="left"
      size={280}
      title={t("name")}
      styles={{ body: { padding: "8px 0" } }}
    >
      {/* Choosing a page closes the drawer; the links themselves take the keyboard. */}
      <div onClickCapture={() => setOpen(false)}>
        <Groups folded={false} />
      </div>
    </Drawer>
  );
}
