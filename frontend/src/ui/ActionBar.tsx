import { EditOutlined, LockOutlined } from "@ant-design/icons";
import { useQueryClient } from "@tanstack/react-query";
import { Button, Popover } from "antd";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { isProblem, ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import css from "./ActionBar.module.css";
import { ClauseChip } from "./ClauseChip";
import { FormDrawer } from "./FormDrawer";
import { ask, showDone, showError } from "./notices";
import type { ListPath } from "./table/listing";

/** A step that leaves the state of a record, as every single record carries it. */
export type Step = components["schemas"]["StepOut"];

/** What the bar needs of a record. */
export interface Actionable {
  id: string;
  version: number;
  actions: string[];
  steps?: Step[];
}

/** A step that asks something first. */
export interface StepForm {
  /** Form.Items whose names are the fields of the step's body. */
  fields: ReactNode;
  initial?: Record<string, unknown>;
  /** The body from the values, where it is not the values themselves. */
  body?: (values: Record<string, unknown>) => unknown;
}

interface Props<R extends Actionable> {
  of: R;
  /** The resource: its words are `verbs:<resource>.<verb>`, and its queries begin with it. */
  resource: string;
  /** Its register in the contract, such as "/api/v1/sales/orders". */
  at: ListPath;
  /** Steps that need a small form: their verb -> its fields. */
  forms?: Record<string, StepForm>;
  /** Steps that cannot be taken back: their verb -> the sentence that names the consequence. */
  consequences?: Record<string, string>;
  /** Shown as 'edit' where `actions` has `update`. */
  onEdit?: () => void;
  /** Verbs of `actions` outside the lifecycle, such as `assign`, that are posted in the same way. */
  others?: string[];
  /** Verbs that the page offers in its own way, and the bar leaves out. */
  without?: string[];
  onDone?: (record: R, verb: string) => void;
}

/**
 * What this person may do with this record now. The lifecycle and the duties decide, not the SPA: a step that is
 * not theirs stays visible, and says by which clause it is whose.
 */
export function ActionBar<R extends Actionable>({
  of: record,
  resource,
  at,
  forms = {},
  consequences = {},
  onEdit,
  others = [],
  without = [],
  onDone,
}: Props<R>) {
  const { t } = useTranslation(["verbs", "kit"]);
  const queries = useQueryClient();
  const [busy, setBusy] = useState<string | null>(null);
  const [asking, setAsking] = useState<string | null>(null);
  const word = (verb: string) => t([`verbs:${resource}.${verb}`, `verbs:any.${verb}`], { defaultValue: verb });

  // A change of the record itself is `onEdit`, and never posted; where it is refused, it says why like any step.
  const steps = (record.steps ?? []).filter(({ verb }) => !without.includes(verb) && (verb !== "update" || onEdit));
  const allowed = [
    ...steps.filter((step) => step.allowed && step.verb !== "update").map(({ verb }) => verb),
    ...others.filter((verb) => record.actions.includes(verb)),
  ];
  const refused = steps.filter((step) => !step.allowed && step.why);
  // The way forward is the one filled button, and the last one: the first step that ends nothing.
  const forward = allowed.find((verb) => !(verb in consequences));
  const inOrder = [...allowed.filter((verb) => verb !== forward), ...(forward ? [forward] : [])];

  async function post(verb: string, body?: unknown): Promise<R> {
    // The contract has one path for each verb; this is the one place that joins them, so the client cannot check it.
    const path = `${at}/{record_id}/${verb.replaceAll("_", "-")}` as never;
    const params = { path: { record_id: record.id }, header: ifMatch(record) };
    return (await ok(api.POST(path, { params, body: body ?? {} } as never))) as R;
  }

  async function done(fresh: R, verb: string) {
    if (fresh && "id" in fresh) queries.setQueryData([resource, record.id], fresh);
    await queries.invalidateQueries({ queryKey: [resource] });
    void queries.invalidateQueries({ queryKey: ["day"] });
    showDone(t("kit:step_done", { step: word(verb) }));
    onDone?.(fresh, verb);
  }

  async function staleToo(error: unknown): Promise<never> {
    if (isProblem(error, "stale") || isProblem(error, "out-of-order"))
      await queries.invalidateQueries({ queryKey: [resource] });
    throw error;
  }

  async function take(verb: string) {
    if (verb in forms) return setAsking(verb);
    const consequence = consequences[verb];
    if (
      consequence &&
      !(await ask({
        title: t("kit:ask_step", { step: word(verb) }),
        consequences: consequence,
        yes: word(verb),
        danger: true,
      }))
    )
      return;
    setBusy(verb);
    try {
      await done(await post(verb).catch(staleToo), verb);
    } catch (error) {
      showError(error);
    } finally {
      setBusy(null);
    }
  }

  const form = asking ? forms[asking] : undefined;
  return (
    <>
      {onEdit && record.actions.includes("update") ? (
        <Button icon={<EditOutlined />} onClick={onEdit}>
          {t("kit:edit")}
        </Button>
      ) : null}
      {refused.map((step) => (
        <Popover
          key={step.verb}
          trigger={["hover", "focus"]} // not `click`: it would close what pointing at the button has just opened
          content={<WhyNot step={step} />}
          placement="bottomRight"
        >
          {/* Not `disabled`: such a button cannot be reached by keyboard or touch, and so could never say why. */}
          <Button aria-disabled className={css.refused} icon={<LockOutlined />}>
            {word(step.verb)}
          </Button>
        </Popover>
      ))}
      {inOrder.map((verb) => (
        <Button
          key={verb}
          type={verb === forward ? "primary" : "default"}
          danger={verb in consequences}
          loading={busy === verb}
          disabled={busy !== null && busy !== verb}
          onClick={() => take(verb)}
        >
          {word(verb)}
        </Button>
      ))}
      <FormDrawer<Record<string, unknown>, R>
        title={asking ? word(asking) : ""}
        submit={asking ? word(asking) : ""}
        open={form !== undefined}
        onClose={() => setAsking(null)}
        initial={form?.initial}
        onSubmit={(values) => post(asking ?? "", form?.body ? form.body(values) : values).catch(staleToo)}
        onDone={(fresh) => done(fresh, asking ?? "")}
      >
        {asking && consequences[asking] ? <p>{consequences[asking]}</p> : null}
        {form?.fields}
      </FormDrawer>
    </>
  );
}

function WhyNot({ step }: { step: Step }) {
  const { t } = useTranslation("kit");
  return (
    <div className={css.why}>
      <p>{step.why}</p>
      <p>
        <ClauseChip clause={step.clause} />
        {step.posts.length > 0 ? <span>{t("duty_of", { posts: step.posts.join("、") })}</span> : null}
      </p>
    </div>
  );
}
