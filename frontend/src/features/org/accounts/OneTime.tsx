import { Alert, Modal } from "antd";
import { useTranslation } from "react-i18next";
import { CopyText } from "@/ui/CopyText";
import { Facts } from "@/ui/Facts";
import css from "./OneTime.module.css";
import type { OneTimePassword } from "./queries";

/** The password for one sign-in. It is shown this once, and closes by a button alone, so that no slip loses it. */
export function OneTime({
  of: given,
  name,
  onClose,
}: {
  of: OneTimePassword | null;
  name: string;
  onClose: () => void;
}) {
  const { t } = useTranslation("account");
  return (
    <Modal
      open={given !== null}
      title={t("one_time", { name })}
      okText={t("one_time_kept")}
      onOk={onClose}
      closable={false}
      mask={{ closable: false }}
      keyboard={false}
      footer={(_, { OkBtn }) => <OkBtn />}
    >
      <Alert type="warning" showIcon title={t("one_time_once")} className={css.once} />
      {given ? (
        <Facts
          of={[
            { label: t("login"), value: <CopyText text={given.login} /> },
            {
              label: t("one_time_password"),
              wide: true,
              value: (
                <span className={css.password}>
                  <CopyText text={given.one_time_password} />
                </span>
              ),
            },
          ]}
        />
      ) : null}
    </Modal>
  );
}
