import antd from "antd/locale/en_GB";
import "dayjs/locale/en-gb";

export { antd };
export const dayjsName = "en-gb";

const files: Record<string, Record<string, unknown>> = import.meta.glob("./en/*.json", {
  eager: true,
  import: "default",
});

/** The texts of each namespace, which is the file's name. */
export const words = Object.fromEntries(
  Object.entries(files).map(([path, texts]) => [path.slice("./en/".length, -".json".length), texts]),
);
