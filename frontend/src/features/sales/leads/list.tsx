import { ImportOutlined, PlusOutlined } from "@ant-design/icons";
import { useNavigate } from "@tanstack/react-router";
import { Button, Form, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { useDuty } from "@/api/me";
import { ok } from "@/api/problem";
import { useKept } from "@/lib/kept";
import { useNow } from "@/lib/screen";
import { dayOf } from "@/lib/time";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { Colleague } from "./Colleague";
import { useLeadColumns } from "./columns";
import { useLeadFilters } from "./filters";
import { LeadForm } from "./form";
import { LeadBoard } from "./LeadBoard";
import { LEAD_STATES, LEADS, take } from "./queries";

const DAY_MS = 86_400_000;

/** 2.2.1, 4.1 Leads: as a list, or as a board by state. */
export default function Leads() {
  const { t } = useTranslation(["lead", "verbs", "kit"]);
  const has = useDuty();
  const navigate = useNavigate();
  const now = useNow();
  const [making, setMaking] = useState(false);
  const [shown, show] = useKept<"list" | "board">("shown.lead", "list");
  const columns = useLeadColumns();
  const filters = useLeadFilters();
  const make = has("lead.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  const bring = has("lead_import.create") ? (
    <LinkButton to="/sales/lead-imports" icon={<ImportOutlined />}>
      {t("import")}
    </LinkButton>
  ) : null;
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <>
          <Segmented
            value={shown}
            onChange={(chosen: "list" | "board") => {
              void navigate({ to: ".", search: {} as never, replace: true });
              show(chosen);
            }}
            options={[
              { value: "list", label: t("kit:as_list") },
              { value: "board", label: t("kit:as_board") },
            ]}
          />
          {bring}
          {make}
        </>
      }
    >
      {shown === "board" ? (
        <LeadBoard
          filters={filters}
          onMore={(status) => {
            show("list");
            void navigate({ to: ".", search: { status } as never });
          }}
        />
      ) : (
        <ResourceTable
          at={LEADS}
          resource="lead"
          search={t("search")}
          columns={columns}
          filters={[
            { kind: "choice", key: "status", label: t("status"), options: statesOf("lead", LEAD_STATES) },
            ...filters,
          ]}
          views={[
            { name: t("view_to_screen"), query: { status: "new,screening" } },
            { name: t("view_to_contact"), query: { status: "assigned" } },
            {
              name: t("view_today"),
              query: { status: "contacted,nurturing", next_contact_at_to: dayOf(now + DAY_MS) },
            },
            { name: t("view_key"), query: { key: "true", status: "new,screening,qualified,assigned,contacted" } },
            { name: t("view_converted"), query: { status: "converted" } },
          ]}
          bulk={
            has("lead.assign")
              ? [
                  {
                    verb: "assign",
                    label: t("verbs:any.assign"),
                    fields: (
                      <Form.Item name="account_id" label={t("assign_to")} rules={[{ required: true }]}>
                        <Colleague />
                      </Form.Item>
                    ),
                    run: (row, values) =>
                      ok(
                        api.POST("/api/v1/sales/leads/{record_id}/assign", {
                          params: { path: { record_id: row.id }, header: ifMatch(row) },
                          body: { account_id: String(values.account_id) },
                        }),
                      ),
                  },
                  { verb: "screen", label: t("verbs:any.screen"), run: (row) => take(row, "screen") },
                  { verb: "qualify", label: t("verbs:any.qualify"), run: (row) => take(row, "qualify") },
                ]
              : []
          }
          empty={
            <Empty
              title={t("empty")}
              about={t("empty_about")}
              clause="4.1.1"
              action={
                <>
                  {bring}
                  {make}
                </>
              }
            />
          }
        />
      )}
      <LeadForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/leads/${id}` })}
      />
    </Page>
  );
}
