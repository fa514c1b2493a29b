import { CloseOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Form, Modal, Progress } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { ProblemError } from "@/api/problem";
import css from "./Bulk.module.css";

/** Something done to many records in one go; each is its own call, and so each has its own answer. */
export interface BulkAction<Row> {
  /** The verb that a record's `actions` must have. */
  verb: string;
  label: string;
  /** Form.Items for what the verb needs. */
  fields?: ReactNode;
  run: (row: Row, values: Record<string, unknown>) => Promise<unknown>;
}

interface Chosen {
  id: string;
  actions?: string[];
}

interface Props<Row extends Chosen> {
  resource: string;
  rows: Row[];
  actions: BulkAction<Row>[];
  titleOf: (row: Row) => ReactNode;
  onClear: () => void;
}

type Outcome<Row> = { row: Row; why: string | null };

const AT_ONCE = 4;

/** The bar of what can be done with the chosen rows: first an honest preview, then progress, then what was refused and why. */
export function Bulk<Row extends Chosen>({ resource, rows, actions, titleOf, onClear }: Props<Row>) {
  const { t } = useTranslation("kit");
  const queries = useQueryClient();
  const [form] = Form.useForm();
  const [action, setAction] = useState<BulkAction<Row> | null>(null);
  const [outcomes, setOutcomes] = useState<Outcome<Row>[] | null>(null);
  const [running, setRunning] = useState(false);
  const able = action ? rows.filter((row) => row.actions?.includes(action.verb)) : [];
  const unable = action ? rows.filter((row) => !row.actions?.includes(action.verb)) : [];

  async function run(values: Record<string, unknown>) {
    if (!action) return;
    setRunning(true);
    setOutcomes([]);
    const waiting = [...able];
    const work = async () => {
      for (let row = waiting.shift(); row; row = waiting.shift()) {
        const outcome = { row, why: await whyNot(action.run(row, values), t("unreachable")) };
        setOutcomes((before) => [...(before ?? []), outcome]);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    setRunning(false);
    await queries.invalidateQueries({ queryKey: [resource] });
  }

  function close() {
    if (outcomes) onClear();
    setAction(null);
    setOutcomes(null);
  }

  const failed = outcomes?.filter(({ why }) => why !== null) ?? [];
  return (
    <div className={css.bar} role="toolbar" aria-label={t("chosen", { count: rows.length })}>
      <span>{t("chosen", { count: rows.length })}</span>
      {actions.map((each) => (
        <Button key={each.verb} onClick={() => setAction(each)}>
          {each.label}
        </Button>
      ))}
      <Button type="text" icon={<CloseOutlined />} onClick={onClear}>
        {t("choose_none")}
      </Button>
      <Modal
        title={action?.label}
        open={action !== null}
        onCancel={close}
        closable={!running}
        mask={{ closable: false }}
        okText={outcomes ? t("close") : t("do_to", { verb: action?.label ?? "", count: able.length })}
        okButtonProps={{ disabled: running || (!outcomes && able.length === 0) }}
        cancelButtonProps={{ hidden: outcomes !== null }}
        onOk={outcomes ? close : () => form.submit()}
        destroyOnHidden
      >
        {outcomes ? (
          <>
            <Progress
              aria-label={action?.label}
              percent={Math.round((100 * outcomes.length) / Math.max(1, able.length))}
              status={running ? "active" : "normal"}
            />
            <p>{t("bulk_done", { done: outcomes.length - failed.length, failed: failed.length })}</p>
            <ul className={css.rows}>
              {failed.map(({ row, why }) => (
                <li key={row.id}>
                  {titleOf(row)}
                  <span className={css.why}>{why}</span>
                </li>
              ))}
            </ul>
          </>
        ) : (
          <>
            <p>{t("bulk_able", { count: able.length })}</p>
            {unable.length > 0 ? (
              <>
                <p className={css.why}>{t("bulk_unable", { count: unable.length })}</p>
                <ul className={css.rows}>
                  {unable.map((row) => (
                    <li key={row.id}>{titleOf(row)}</li>
                  ))}
                </ul>
              </>
            ) : null}
            <Form form={form} layout="vertical" onFinish={run}>
              {action?.fields}
            </Form>
          </>
        )}
      </Modal>
    </div>
  );
}

async function whyNot(call: Promise<unknown>, otherwise: string): Promise<string | null> {
  try {
    await call;
    return null;
  } catch (error) {
    return error instanceof ProblemError ? error.problem.detail : otherwise;
  }
}
