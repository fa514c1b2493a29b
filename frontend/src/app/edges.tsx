import { Link } from "@tanstack/react-router";
import { Button } from "antd";
import { useTranslation } from "react-i18next";
import { Empty } from "@/ui/Empty";
import { Failure } from "@/ui/Failure";
import { Page } from "@/ui/Page";

export function MissingPage() {
  const { t } = useTranslation("shell");
  return (
    <Page title={t("missing")} width="reading">
      <Empty
        title={t("missing")}
        about={t("missing_about")}
        action={
          <Link to="/">
            <Button type="primary">{t("home")}</Button>
          </Link>
        }
      />
    </Page>
  );
}

/** A page broke, or what it asked for was refused; the shell around it stands. */
export function CrashPage({ error, reset }: { error: unknown; reset: () => void }) {
  return <Failure error={error} retry={reset} />;
}
