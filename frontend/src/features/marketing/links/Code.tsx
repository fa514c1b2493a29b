import { DownloadOutlined, QrcodeOutlined } from "@ant-design/icons";
import { useQuery } from "@tanstack/react-query";
import { Button, Popover, Skeleton } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { saveFile } from "@/lib/save";
import { CopyText } from "@/ui/CopyText";
import { showError } from "@/ui/notices";
import css from "./Code.module.css";
import { addressOf, linkCodeQuery, type TrackedLinkRow } from "./queries";

const PRINT_SCALE = 40; // pixels a module: sharp on a poster

/** The QR code of a link, its address, and both to take along. */
export function Code({ of: link, size = 200 }: { of: Pick<TrackedLinkRow, "id" | "code" | "path">; size?: number }) {
  const { t } = useTranslation("tracked_link");
  const { data: drawing } = useQuery(linkCodeQuery(link.id));

  async function download(format: "svg" | "png") {
    try {
      const params = { path: { record_id: link.id }, query: { format, scale: PRINT_SCALE } };
      const picture = await ok(api.GET("/api/v1/marketing/links/{record_id}/qr", { params, parseAs: "blob" }));
      saveFile(picture as unknown as Blob, `${link.code}.${format}`);
    } catch (error) {
      showError(error);
    }
  }

  return (
    <div className={css.code}>
      {drawing ? (
        // As an image, so that nothing in the drawing could run.
        <img
          className={css.picture}
          width={size}
          height={size}
          alt={t("qr_of", { address: addressOf(link) })}
          src={`data:image/svg+xml,${encodeURIComponent(drawing)}`}
        />
      ) : (
        <Skeleton.Node active style={{ width: size, height: size }} />
      )}
      <CopyText text={addressOf(link)} shown={addressOf(link).replace(/^https?:\/\//, "")} />
      <div className={css.buttons}>
        <Button size="small" icon={<DownloadOutlined />} onClick={() => download("svg")}>
          SVG
        </Button>
        <Button size="small" icon={<DownloadOutlined />} onClick={() => download("png")}>
          PNG
        </Button>
      </div>
    </div>
  );
}

/** The same behind a small button, for the rows of a list. */
export function CodeButton({ of: link }: { of: TrackedLinkRow }) {
  const { t } = useTranslation("tracked_link");
  return (
    <Popover trigger="click" content={<Code of={link} />} title={link.name} placement="left">
      <Button
        type="text"
        size="small"
        icon={<QrcodeOutlined />}
        aria-label={t("qr_show", { name: link.name })}
        title={t("qr_show", { name: link.name })}
      />
    </Popover>
  );
}
