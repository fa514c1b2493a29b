import { useQueryClient } from "@tanstack/react-query";
import { Form, InputNumber } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import { FormDrawer } from "@/ui/FormDrawer";
import { LimitText } from "./LimitText";
import type { Limit } from "./queries";

const WHOLE = ["working-days", "records"];

/** 8.1.1 The company gives itself another limit; what is due already keeps its date. */
export function LimitForm({ limit, onClose }: { limit: Limit | null; onClose: () => void }) {
  const { t } = useTranslation("limits");
  const queries = useQueryClient();
  return (
    <FormDrawer<components["schemas"]["LimitIn"], Limit>
      title={limit?.title ?? ""}
      open={limit !== null}
      onClose={onClose}
      initial={limit ? { amount: limit.amount } : undefined}
      onSubmit={(body) => {
        if (!limit) throw new Error("no limit was chosen");
        return ok(
          api.PUT("/api/v1/regulation/limits/{name}", {
            params: { path: { name: limit.name }, header: ifMatch(limit) },
            body,
          }),
        );
      }}
      onDone={() => queries.invalidateQueries({ queryKey: ["limit"] })}
    >
      {limit ? (
        <>
          <p>{t("change_about")}</p>
          <Form.Item
            name="amount"
            label={t("amount")}
            rules={[{ required: true, message: t("amount_needed") }]}
            extra={
              <>
                {t("default")} <LimitText amount={limit.default_amount} unit={limit.unit} />
              </>
            }
          >
            <InputNumber
              min={WHOLE.includes(limit.unit) ? 1 : 0.25}
              max={10_000}
              precision={WHOLE.includes(limit.unit) ? 0 : undefined}
              suffix={t(`unit_${limit.unit}`)}
              style={WIDE}
              autoFocus
            />
          </Form.Item>
        </>
      ) : null}
    </FormDrawer>
  );
}

const WIDE = { width: "100%" };
