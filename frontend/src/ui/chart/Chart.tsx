import { lazy, Suspense } from "react";
import type { CanvasProps } from "./Canvas";
import css from "./Chart.module.css";

// ECharts weighs more than the whole shell: it comes only where a chart is.
const Canvas = lazy(() => import("./Canvas"));

/** A chart by an ECharts option, in the theme's colours. `label` says in words what it shows, for those who cannot see it. */
export function Chart({ height = 320, ...props }: Omit<CanvasProps, "height"> & { height?: number }) {
  return (
    <Suspense fallback={<div className={css.waiting} style={{ height }} />}>
      <Canvas height={height} {...props} />
    </Suspense>
  );
}
