import antd from "antd/locale/zh_TW";
import "dayjs/locale/zh-tw";

export { antd };
export const dayjsName = "zh-tw";

const files: Record<string, Record<string, unknown>> = import.meta.glob("./zh-TW/*.json", {
  eager: true,
  import: "default",
});

/** The texts of each namespace, which is the file's name. */
export const words = Object.fromEntries(
  Object.entries(files).map(([path, texts]) => [path.slice("./zh-TW/".length, -".json".length), texts]),
);
