import { useQueryClient } from "@tanstack/react-query";
import { Form, Input, Select } from "antd";
import { useTranslation } from "react-i18next";
import { api, ifMatch } from "@/api/client";
import { ok } from "@/api/problem";
import { LANGUAGE_NAMES, LANGUAGES } from "@/lib/language";
import { FormDrawer } from "@/ui/FormDrawer";
import { RecordSelect } from "@/ui/RecordSelect";
import { ACCOUNTS, type Account, type AccountIn } from "./queries";

interface Props {
  /** The person to change; without one somebody new is registered. */
  account?: Account;
  open: boolean;
  onClose: () => void;
  onDone?: (saved: Account) => void;
}

export function AccountForm({ account, open, onClose, onDone }: Props) {
  const { t } = useTranslation("account");
  const queries = useQueryClient();
  const department = account?.department_id
    ? { id: account.department_id, title: account.department_name ?? "" }
    : null;
  const leader = account?.leader_id ? { id: account.leader_id, title: account.leader_name ?? "" } : null;
  const orNothing = (text: string) => text || null;
  return (
    <FormDrawer<AccountIn, Account>
      title={t(account ? "edit" : "new")}
      submit={account ? undefined : t("new")}
      open={open}
      onClose={onClose}
      initial={account}
      onSubmit={({ login, ...given }) => {
        if (!account) return ok(api.POST("/api/v1/org/accounts", { body: { login, ...given } }));
        // Telephone, e-mail and language are not read back in full: what was left empty stays as it is.
        const { phone, email, language, ...rest } = given;
        return ok(
          api.PATCH("/api/v1/org/accounts/{record_id}", {
            params: { path: { record_id: account.id }, header: ifMatch(account) },
            body: {
              ...rest,
              ...(phone ? { phone } : {}),
              ...(email ? { email } : {}),
              ...(language ? { language } : {}),
            } as AccountIn,
          }),
        );
      }}
      onDone={(saved) => {
        queries.setQueryData(["account", saved.id], saved);
        void queries.invalidateQueries({ queryKey: ["account", "list"] });
        onDone?.(saved);
      }}
    >
      <Form.Item
        name="name"
        label={t("name")}
        rules={[{ required: true, whitespace: true, message: t("name_needed") }]}
      >
        <Input maxLength={200} autoFocus autoComplete="off" />
      </Form.Item>
      {account ? null : (
        <Form.Item
          name="login"
          label={t("login")}
          extra={t("login_about")}
          rules={[{ required: true, pattern: /^[A-Za-z0-9][A-Za-z0-9._-]{1,63}$/, message: t("login_needed") }]}
        >
          <Input maxLength={64} placeholder="wang.fang" autoComplete="off" />
        </Form.Item>
      )}
      <Form.Item name="department_id" label={t("department")}>
        <RecordSelect
          at="/api/v1/org/departments"
          query={{ active: "true" }}
          titleOf={({ name }) => name}
          chosen={department}
          allowClear
        />
      </Form.Item>
      <Form.Item name="leader_id" label={t("leader")} extra={t("leader_about")}>
        <RecordSelect
          at={ACCOUNTS}
          query={{ status: "active" }}
          titleOf={({ name, department_name }) => (department_name ? `${name}（${department_name}）` : name)}
          chosen={leader}
          allowClear
        />
      </Form.Item>
      <Form.Item name="phone" label={t("phone")} normalize={orNothing}>
        <Input
          type="tel"
          maxLength={40}
          autoComplete="off"
          placeholder={account?.phone_masked ? t("unchanged", { now: account.phone_masked }) : undefined}
        />
      </Form.Item>
      <Form.Item name="email" label={t("email")} normalize={orNothing}>
        <Input
          type="email"
          maxLength={200}
          autoComplete="off"
          placeholder={account?.email_masked ? t("unchanged", { now: account.email_masked }) : undefined}
        />
      </Form.Item>
      <Form.Item name="region" label={t("region")} extra={t("region_about")} normalize={orNothing}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="skills" label={t("skills")} extra={t("skills_about")} normalize={orNothing}>
        <Input maxLength={200} />
      </Form.Item>
      <Form.Item name="language" label={t("language")}>
        <Select
          allowClear
          placeholder={account ? t("unchanged_language") : undefined}
          options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
        />
      </Form.Item>
    </FormDrawer>
  );
}
