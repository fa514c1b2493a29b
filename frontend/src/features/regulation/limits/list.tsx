import { useQuery } from "@tanstack/react-query";
import { Table } from "antd";
import { useTranslation } from "react-i18next";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import { ClauseChip } from "@/ui/ClauseChip";
import { Failure } from "@/ui/Failure";
import { Page } from "@/ui/Page";
import { Waiting } from "@/ui/Waiting";

/** How long the company gives itself for each obligation. */
export default function Limits() {
  const { t } = useTranslation("limits");
  const { data, error } = useQuery({
    queryKey: ["limit", "list"],
    queryFn: () => ok(api.GET("/api/v1/regulation/limits")),
  });
  if (error) return <Failure error={error} />;
  if (!data) return <Waiting />;
  return (
    <Page title={t("title")} about={t("about")}>
      <Table
        rowKey="name"
        pagination={false}
        scroll={{ x: 640 }}
        dataSource={data.items}
        columns={[
          { title: t("what"), dataIndex: "title" },
          {
            title: t("clause"),
            dataIndex: "clause",
            width: 100,
            render: (clause: string) => <ClauseChip clause={clause} />,
          },
          { title: t("amount"), dataIndex: "amount", align: "right", width: 100 },
          { title: t("unit"), dataIndex: "unit", width: 120, render: (unit: string) => t(`unit_${unit}`) },
          { title: t("default"), dataIndex: "default_amount", align: "right", width: 120 },
        ]}
      />
    </Page>
  );
}
