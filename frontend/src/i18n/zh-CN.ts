import antd from "antd/locale/zh_CN";
import "dayjs/locale/zh-cn";

export { antd };
export const dayjsName = "zh-cn";

const files: Record<string, Record<string, unknown>> = import.meta.glob("./zh-CN/*.json", {
  eager: true,
  import: "default",
});

/** The texts of each namespace, which is the file's name. */
export const words = Object.fromEntries(
  Object.entries(files).map(([path, texts]) => [path.slice("./zh-CN/".length, -".json".length), texts]),
);
