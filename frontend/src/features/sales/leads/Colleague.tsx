import { RecordSelect } from "@/ui/RecordSelect";

interface Props {
  id?: string;
  value?: string | null;
  onChange?: (id: string | null) => void;
}

/** The choice of an active colleague in a form. */
export function Colleague(props: Props) {
  return <RecordSelect {...props} at="/api/v1/org/accounts" query={ACTIVE} titleOf={calledWithDepartment} />;
}

const ACTIVE = { status: "active" };

function calledWithDepartment({ name, department_name }: { name: string; department_name: string | null }): string {
  return department_name ? `${name} · ${department_name}` : name;
}
