import { useTranslation } from "react-i18next";

/** Why a message did not leave, in words: `refused:550` of the API is a code and its detail. */
export function WhyNot({ code }: { code: string }) {
  const { t } = useTranslation("message");
  const [kind = "", detail] = code.split(":", 2);
  return (
    <>
      {t(`errors.${kind}`, { defaultValue: kind })}
      {detail ? ` (${detail})` : null}
    </>
  );
}
