import { Skeleton } from "antd";
import css from "./Page.module.css";

/** A page whose matter is on its way, in the shape that it will have. */
export function Waiting() {
  return (
    <div className={css.page} aria-busy="true">
      <Skeleton active paragraph={{ rows: 6 }} />
    </div>
  );
}
