import { useBlocker } from "@tanstack/react-router";
import { Alert, Button, Drawer, Form, type FormInstance } from "antd";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { fieldPath, type Problem, ProblemError } from "@/api/problem";
import { useNarrow } from "@/lib/screen";
import css from "./FormDrawer.module.css";
import { ask, ProblemText, showError } from "./notices";

interface Props<Values, Saved> {
  title: string;
  open: boolean;
  onClose: () => void;
  /** What stands in the fields at first: of the record when editing, defaults when creating. */
  initial?: Partial<Values>;
  /** The call; its ProblemError is put on the fields by pointer. */
  onSubmit: (values: Values) => Promise<Saved>;
  onDone?: (saved: Saved) => void;
  /** The verb on the button; 'save' by default. */
  submit?: string;
  width?: number;
  /** Form.Items whose names are the fields of the wire. */
  children: ReactNode | ((form: FormInstance<Values>) => ReactNode);
}

/** A form beside what it is about. Input is never lost: not by an error, and not by leaving without a question. */
export function FormDrawer<Values extends object, Saved = unknown>(props: Props<Values, Saved>) {
  const { title, open, onClose, initial, onSubmit, onDone, submit, width = 520, children } = props;
  const { t } = useTranslation("kit");
  const [form] = Form.useForm<Values>();
  // Not a state: `onDone` may lead to another page before anything is drawn anew, and what is saved must not stop it.
  const dirty = useRef(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const narrow = useNarrow();
  const said = useRef<HTMLDivElement>(null);

  // A long form is scrolled far away from what is wrong with it.
  useEffect(() => {
    if (problem) said.current?.scrollIntoView({ block: "center" });
  }, [problem]);
  useEffect(() => {
    if (open) return;
    dirty.current = false;
    setProblem(null);
  }, [open]);

  const mayLeave = async () =>
    !dirty.current ||
    ask({ title: t("leave_title"), consequences: t("leave_about"), yes: t("leave_yes"), danger: true });
  useBlocker({
    shouldBlockFn: async () => open && !(await mayLeave()),
    enableBeforeUnload: () => open && dirty.current,
  });

  async function close() {
    if (await mayLeave()) onClose();
  }

  async function send(values: Values) {
    setBusy(true);
    setProblem(null);
    try {
      const saved = await onSubmit(values);
      dirty.current = false;
      onClose();
      onDone?.(saved);
    } catch (error) {
      if (error instanceof ProblemError) setProblem(marked(form, error.problem));
      else showError(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Drawer
      title={title}
      open={open}
      onClose={close}
      size={narrow ? "100%" : width}
      destroyOnHidden
      maskClosable
      footer={
        <div className={css.footer}>
          <Button onClick={close}>{t("cancel")}</Button>
          <Button type="primary" loading={busy} onClick={() => form.submit()}>
            {submit ?? t("save")}
          </Button>
        </div>
      }
    >
      {problem ? (
        <div ref={said}>
          <Alert
            type="error"
            showIcon
            title={problem.title}
            description={<ProblemText problem={problem} />}
            className={css.problem}
          />
        </div>
      ) : null}
      <Form<Values>
        form={form}
        layout="vertical"
        className={css.form}
        requiredMark={(label, { required }) =>
          required ? (
            label
          ) : (
            <>
              {label}
              <span className={css.optional}>{t("optional")}</span>
            </>
          )
        }
        initialValues={initial}
        onValuesChange={() => {
          dirty.current = true;
        }}
        onFinish={send}
        onFinishFailed={({ errorFields }) => focusFirst(form, errorFields[0]?.name)}
        preserve={false}
        scrollToFirstError
      >
        {typeof children === "function" ? children(form) : children}
        <button type="submit" hidden />
      </Form>
    </Drawer>
  );
}

/** Puts the errors that have a field on it; what is left is the problem to show above the form, or null. */
export function marked(form: FormInstance, problem: Problem): Problem | null {
  const ofFields = (problem.errors ?? []).filter(
    ({ pointer }) => form.getFieldInstance(fieldPath(pointer)) || knows(form, pointer),
  );
  form.setFields(ofFields.map(({ pointer, detail }) => ({ name: fieldPath(pointer), errors: [detail] })));
  const first = ofFields[0];
  if (first) focusFirst(form, fieldPath(first.pointer));
  const rest = (problem.errors ?? []).filter((wrong) => !ofFields.includes(wrong));
  return ofFields.length > 0 && rest.length === 0 && !problem.clause ? null : { ...problem, errors: rest };
}

function knows(form: FormInstance, pointer: string): boolean {
  const path = fieldPath(pointer);
  return form.getFieldsError().some(({ name }) => name.join("/") === path.join("/"));
}

function focusFirst(form: FormInstance, name: (string | number)[] | undefined): void {
  if (name) form.scrollToField(name, { focus: true, block: "center" });
}
