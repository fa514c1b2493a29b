import { useTranslation } from "react-i18next";
import { Failure } from "@/ui/Failure";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";

export function MissingPage() {
  const { t } = useTranslation("shell");
  return (
    <Page title={t("missing")} about={t("missing_about")} width="reading">
      <LinkButton to="/" color="primary" variant="solid">
        {t("home")}
      </LinkButton>
    </Page>
  );
}

/** A page broke, or what it asked for was refused; the shell around it stands. */
export function CrashPage({ error, reset }: { error: unknown; reset: () => void }) {
  return <Failure error={error} retry={reset} />;
}
