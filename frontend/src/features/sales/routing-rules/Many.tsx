import { useQuery } from "@tanstack/react-query";
import { Select } from "antd";
import { readPage } from "@/ui/table/listing";

interface Props {
  id?: string;
  value?: string[];
  onChange?: (ids: string[]) => void;
  at: "/api/v1/sales/lead-sources" | "/api/v1/marketing/channels" | "/api/v1/org/accounts";
  query?: Record<string, string>;
  placeholder?: string;
}

/** The choice of several records of a short list. */
export function Many({ at, query, ...rest }: Props) {
  const { data, isFetching } = useQuery({
    queryKey: ["choice", at, "many", query],
    queryFn: () => readPage(at, { limit: "200", ...query }),
    staleTime: 60_000,
  });
  return (
    <Select
      {...rest}
      mode="multiple"
      optionFilterProp="label"
      loading={isFetching}
      options={(data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
      allowClear
    />
  );
}
