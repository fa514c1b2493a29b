import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api } from "@/api/client";
import { ok } from "@/api/problem";
import type { components } from "@/api/schema.gen";
import type { Period } from "../period";

export type ChannelRoiRow = components["schemas"]["ChannelRoiRowOut"];
export type Month = components["schemas"]["MonthOut"];

export const channelRoiQuery = (period: Period) =>
  queryOptions({
    queryKey: ["channel_roi", period],
    queryFn: () => ok(api.GET("/api/v1/analytics/channel-roi", { params: { query: period } })),
    placeholderData: keepPreviousData,
  });
