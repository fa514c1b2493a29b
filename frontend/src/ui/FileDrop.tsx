import { InboxOutlined } from "@ant-design/icons";
import { Upload } from "antd";
import { useTranslation } from "react-i18next";
import { useLanguage } from "@/i18n";
import { bytes } from "@/lib/numbers";
import { showError, warn } from "./notices";

interface Props {
  /** Endings taken, such as ".csv,.xlsx". */
  accept: string;
  maxBytes: number;
  title?: string;
  onFile: (file: File) => Promise<unknown> | undefined;
}

/** A place to drop one file, or to choose it; says beforehand what it takes. */
export function FileDrop({ accept, maxBytes, title, onFile }: Props) {
  const { t } = useTranslation("kit");
  const language = useLanguage();
  const most = bytes(maxBytes, language);
  return (
    <Upload.Dragger
      accept={accept}
      maxCount={1}
      showUploadList={false}
      beforeUpload={(file) => {
        if (file.size > maxBytes) warn(t("file_too_large", { most }));
        else onFile(file)?.catch(showError);
        return false; // the caller sends it by the client of the API
      }}
    >
      <p className="ant-upload-drag-icon">
        <InboxOutlined />
      </p>
      <p className="ant-upload-text">{title ?? t("drop_file")}</p>
      <p className="ant-upload-hint">{t("drop_takes", { kinds: accept.replaceAll(",", " "), most })}</p>
    </Upload.Dragger>
  );
}
