import { useLanguage } from ".";

/** Several names in one line: '销售专员、销售经理', 'sales specialist, sales manager'. */
export function useListed(): (names: string[]) => string {
  const between = useLanguage() === "en" ? ", " : "、";
  return (names) => names.join(between);
}
