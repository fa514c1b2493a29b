import { PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useKept } from "@/lib/kept";
import { Empty } from "@/ui/Empty";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import type { Filter } from "@/ui/table/FilterBar";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { useOpportunityColumns } from "./columns";
import { OpportunityForm } from "./form";
import { OPPORTUNITIES, OPPORTUNITY_STATES } from "./queries";
import { Stages } from "./Stages";

/** 2.2.2, 4.2.2 Opportunities: as a list, or as a board by stage. */
export default function Opportunities() {
  const { t } = useTranslation(["opportunity", "kit"]);
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const [shown, show] = useKept<"list" | "board">("shown.opportunity", "board");
  const columns = useOpportunityColumns();
  const make = has("opportunity.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  const filters: Filter[] = [
    { kind: "dates", key: "next_step_at", label: t("next_step_at") },
    { kind: "numbers", key: "amount", label: t("amount") },
  ];
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <>
          <Segmented<"list" | "board">
            value={shown}
            onChange={(chosen) => {
              void navigate({ to: ".", search: {} as never, replace: true });
              show(chosen);
            }}
            options={[
              { value: "board", label: t("kit:as_board") },
              { value: "list", label: t("kit:as_list") },
            ]}
          />
          {make}
        </>
      }
    >
      {shown === "board" ? (
        <Stages
          filters={filters}
          onMore={(status) => {
            show("list");
            void navigate({ to: ".", search: { status } as never });
          }}
        />
      ) : (
        <ResourceTable
          at={OPPORTUNITIES}
          resource="opportunity"
          search={t("search")}
          columns={columns}
          filters={[
            { kind: "choice", key: "status", label: t("stage"), options: statesOf("opportunity", OPPORTUNITY_STATES) },
            ...filters,
          ]}
          views={[
            { name: t("view_open"), query: { status: "discovery,solution,proposal,negotiation" } },
            { name: t("view_held"), query: { status: "on_hold" } },
            { name: t("view_won"), query: { status: "won" } },
            { name: t("view_lost"), query: { status: "lost" } },
          ]}
          empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.2.2" action={make} />}
        />
      )}
      <OpportunityForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/opportunities/${id}` })}
      />
    </Page>
  );
}
