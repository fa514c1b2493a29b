import { DownloadOutlined, ExportOutlined, LinkOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, QRCode } from "antd";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { LinkForm } from "@/features/marketing/links/form";
import { saveFile } from "@/lib/save";
import { CopyText } from "@/ui/CopyText";
import css from "./Address.module.css";
import { addressOf, type LeadForm } from "./queries";

/** Where people find the form: the address, its code, and the way to a link that also knows the campaign. */
export function Address({ of: form }: { of: LeadForm }) {
  const { t } = useTranslation("lead_form");
  const has = useDuty();
  const navigate = useNavigate();
  const drawing = useRef<HTMLDivElement>(null);
  const [making, setMaking] = useState(false);
  const address = addressOf(form.key);

  function download() {
    const svg = drawing.current?.querySelector("svg");
    if (!svg) return;
    const text = new XMLSerializer().serializeToString(svg);
    saveFile(new Blob([text], { type: "image/svg+xml" }), `${form.key}.svg`);
  }

  return (
    <div className={css.address}>
      <div ref={drawing} className={css.code}>
        {/* A camera reads dark on light, in the dark theme too. */}
        <QRCode
          aria-label={t("qr_of", { address })}
          value={address}
          type="svg"
          size={184}
          errorLevel="M"
          color="#000"
          bgColor="#fff"
          bordered={false}
        />
      </div>
      <CopyText text={address} shown={address.replace(/^https?:\/\//, "")} />
      <div className={css.buttons}>
        <Button size="small" icon={<ExportOutlined />} href={address} target="_blank" rel="noreferrer">
          {t("open")}
        </Button>
        <Button size="small" icon={<DownloadOutlined />} onClick={download}>
          SVG
        </Button>
      </div>
      {has("tracked_link.create") ? (
        <div className={css.link}>
          <p>{t("link_about")}</p>
          <Button size="small" icon={<LinkOutlined />} onClick={() => setMaking(true)}>
            {t("make_link")}
          </Button>
          <LinkForm
            target={address}
            open={making}
            onClose={() => setMaking(false)}
            onDone={({ id }) => navigate({ to: `/marketing/links/${id}` })}
          />
        </div>
      ) : null}
    </div>
  );
}
