import { DownloadOutlined } from "@ant-design/icons";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Button, Segmented, Table } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { saveFile } from "@/lib/save";
import { Failure } from "@/ui/Failure";
import { showError } from "@/ui/notices";
import { Section } from "@/ui/Page";
import { When } from "@/ui/When";
import css from "./imports.module.css";
import { type LeadImport, rowsQuery, type Verdict } from "./queries";

const VERDICTS = ["create", "update", "skip", "refuse"] as const;

/** Row by row: what will become of it, or became, and why not. */
export function PreviewRows({ of }: { of: LeadImport }) {
  const { t } = useTranslation("lead_import");
  const [verdict, setVerdict] = useState<Verdict>(of.refused > 0 ? "refuse" : "create");
  const [after, setAfter] = useState<number[]>([0]);
  const here = after.at(-1) ?? 0;
  const { data, error, isFetching } = useQuery({
    ...rowsQuery(of.id, verdict, here),
    placeholderData: keepPreviousData,
  });

  const counts: Record<Verdict, number> = {
    create: of.to_create,
    update: of.to_update,
    skip: of.to_skip,
    refuse: of.refused,
  };

  async function download() {
    try {
      const file = await ok(
        api.GET("/api/v1/sales/lead-imports/{record_id}/refused", {
          params: { path: { record_id: of.id } },
          parseAs: "blob",
        }),
      );
      saveFile(file as unknown as Blob, `${t("refused_file")}-${of.filename.replace(/\.\w+$/, "")}.csv`);
    } catch (problem) {
      showError(problem);
    }
  }

  if (error) return <Failure error={error} />;
  return (
    <Section
      title={t("preview", { count: of.rows })}
      extra={
        of.refused > 0 && !of.file_removed_at ? (
          <Button icon={<DownloadOutlined />} onClick={download}>
            {t("refused_download")}
          </Button>
        ) : null
      }
    >
      <Segmented<Verdict>
        className={css.verdicts}
        value={verdict}
        onChange={(next) => {
          setVerdict(next);
          setAfter([0]);
        }}
        options={VERDICTS.map((value) => ({ value, label: `${t(value)} ${counts[value]}` }))}
      />
      <Table
        size="small"
        rowKey="number"
        loading={isFetching}
        pagination={false}
        scroll={{ x: 760 }}
        dataSource={data?.items ?? []}
        columns={[
          { title: t("row"), dataIndex: "number", align: "right", width: 72 },
          {
            title: t("name"),
            dataIndex: "name",
            render: (name: string | null, row) =>
              row.lead_id ? <Link to={`/sales/leads/${row.lead_id}`}>{name ?? "–"}</Link> : (name ?? "–"),
          },
          ...(verdict === "create"
            ? []
            : [
                {
                  title: t("why"),
                  dataIndex: "reasons",
                  width: verdict === "refuse" ? 380 : 140,
                  render: (reasons: string[], row: { matched_by: string | null }) =>
                    reasons.join("；") || (row.matched_by ? t(`matched.${row.matched_by}`) : "–"),
                },
              ]),
          { title: t("external_id"), dataIndex: "external_id", ellipsis: true },
          // Of a refused row its reason matters, and its values stand in the file of the refused rows.
          ...(verdict === "refuse"
            ? []
            : [
                { title: t("company"), dataIndex: "company", render: (company: string | null) => company ?? "–" },
                { title: t("phone"), dataIndex: "phone_masked", render: (phone: string | null) => phone ?? "–" },
                {
                  title: t("arrived_at"),
                  dataIndex: "arrived_at",
                  className: "z-nowrap",
                  render: (at: string | null) => <When at={at} as="date" />,
                },
              ]),
        ]}
      />
      <p className={css.pages}>
        <Button disabled={after.length < 2} onClick={() => setAfter(after.slice(0, -1))}>
          {t("previous")}
        </Button>
        <Button disabled={!data?.next_after} onClick={() => setAfter([...after, data?.next_after ?? 0])}>
          {t("next")}
        </Button>
      </p>
    </Section>
  );
}
