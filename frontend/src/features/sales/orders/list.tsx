import { PlusOutlined } from "@ant-design/icons";
import { Link, useNavigate } from "@tanstack/react-router";
import { Button, Segmented } from "antd";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useDuty } from "@/api/me";
import { useKept } from "@/lib/kept";
import { Board } from "@/ui/Board";
import { Empty } from "@/ui/Empty";
import { LinkButton } from "@/ui/LinkButton";
import { Money } from "@/ui/Money";
import { Page } from "@/ui/Page";
import { statesOf } from "@/ui/states";
import type { Filter } from "@/ui/table/FilterBar";
import { ResourceTable } from "@/ui/table/ResourceTable";
import { When } from "@/ui/When";
import { useOrderColumns } from "./columns";
import { OrderForm } from "./form";
import css from "./orders.module.css";
import { Paid } from "./Paid";
import { ORDER_PATH, ORDER_STATES, ORDERS, type OrderRow } from "./queries";

/** 4.3 Orders: as a list, or as a board by state. */
export default function Orders() {
  const { t } = useTranslation(["order", "kit"]);
  const has = useDuty();
  const navigate = useNavigate();
  const [making, setMaking] = useState(false);
  const [shown, show] = useKept<"list" | "board">("shown.order", "list");
  const columns = useOrderColumns();
  const make = has("order.create") ? (
    <Button type="primary" icon={<PlusOutlined />} onClick={() => setMaking(true)}>
      {t("new")}
    </Button>
  ) : null;
  const filters: Filter[] = [
    { kind: "dates", key: "placed_at", label: t("placed_at") },
    { kind: "numbers", key: "total", label: t("total") },
  ];
  return (
    <Page
      title={t("title")}
      about={t("about")}
      actions={
        <>
          {has("fulfilment.read") ? <LinkButton to="/sales/fulfilments">{t("parcels")}</LinkButton> : null}
          <Segmented<"list" | "board">
            value={shown}
            onChange={(chosen) => {
              void navigate({ to: ".", search: {} as never, replace: true });
              show(chosen);
            }}
            options={[
              { value: "list", label: t("kit:as_list") },
              { value: "board", label: t("kit:as_board") },
            ]}
          />
          {make}
        </>
      }
    >
      {shown === "board" ? (
        <Board
          at={ORDERS}
          resource="order"
          lanes={ORDER_PATH.slice(0, -1)}
          sort="-updated_at"
          search={t("search")}
          filters={filters}
          card={(order) => <Card of={order} />}
          onMore={(status) => {
            show("list");
            void navigate({ to: ".", search: { status } as never });
          }}
        />
      ) : (
        <ResourceTable
          at={ORDERS}
          resource="order"
          search={t("search")}
          sort="-updated_at"
          columns={columns}
          filters={[
            { kind: "choice", key: "status", label: t("status"), options: statesOf("order", ORDER_STATES) },
            ...filters,
          ]}
          views={[
            { name: t("view_to_place"), query: { status: "draft" } },
            { name: t("view_to_confirm"), query: { status: "placed" } },
            { name: t("view_to_hand_over"), query: { status: "confirmed" } },
            { name: t("view_to_ship"), query: { status: "processing" } },
            { name: t("view_under_way"), query: { status: "shipped" } },
            { name: t("view_to_complete"), query: { status: "delivered" } },
          ]}
          empty={<Empty title={t("empty")} about={t("empty_about")} clause="4.3.1" action={make} />}
        />
      )}
      <OrderForm
        open={making}
        onClose={() => setMaking(false)}
        onDone={({ id }) => navigate({ to: `/sales/orders/${id}` })}
      />
    </Page>
  );
}

function Card({ of: order }: { of: OrderRow }) {
  return (
    <>
      <Link to={`/sales/orders/${order.id}`} className={css.cardTitle}>
        {order.customer_name}
      </Link>
      <span className={css.cardNumber}>{order.number}</span>
      <div className={css.cardMoney}>
        <Money amount={order.total} />
        <Paid state={order.payment} />
      </div>
      <div className={css.cardFoot}>
        <span>{order.owner_name}</span>
        <When at={order.updated_at} as="relative" />
      </div>
    </>
  );
}
