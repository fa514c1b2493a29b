import { type ThemeConfig, theme } from "antd";
import { useEffect, useSyncExternalStore } from "react";
import { useKept } from "@/lib/kept";

export type Taste = "system" | "light" | "dark";

const FONTS =
  'system-ui, -apple-system, "Segoe UI", "PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif';

const SHARED = {
  fontFamily: FONTS,
  fontSize: 14,
  borderRadius: 8,
  controlHeight: 36,
  wireframe: false,
};

// Every pair of text and ground below keeps 4.5 to 1 (WCAG AA); the jade on white has 5.3.
const LIGHT: ThemeConfig["token"] = {
  ...SHARED,
  colorPrimary: "#0e7a6b",
  colorPrimaryHover: "#13907e",
  colorPrimaryActive: "#0a5f53",
  colorPrimaryBg: "#e6f4f1",
  colorPrimaryBgHover: "#d6ece7",
  colorPrimaryBorder: "#a9d5cc",
  colorPrimaryBorderHover: "#7dbfb2",
  colorLink: "#0b6b5e",
  colorLinkHover: "#0e8373",
  colorError: "#c0312b",
  colorWarning: "#9a6200",
  colorSuccess: "#1f7a3d",
  colorInfo: "#2c6499",
  colorText: "#17211f",
  colorTextSecondary: "#4c5a57",
  colorTextTertiary: "#62706b",
  colorTextDescription: "#62706b",
  colorTextPlaceholder: "#62706b",
  colorBgLayout: "#f5f7f6",
  colorInfoBg: "#e9f1f8",
  colorInfoBorder: "#c6daec",
  colorWarningBg: "#fbf1dd",
  colorWarningBorder: "#ecd6a3",
  colorSuccessBg: "#e4f4ea",
  colorSuccessBorder: "#b6ddc5",
  colorBorder: "#cdd5d2",
  colorBorderSecondary: "#e4e9e7",
};

const DARK: ThemeConfig["token"] = {
  ...SHARED,
  colorPrimary: "#14806f",
  colorPrimaryHover: "#1a9985",
  colorPrimaryActive: "#0f6b5c",
  colorPrimaryBg: "#12312c",
  colorPrimaryBgHover: "#174039",
  colorPrimaryBorder: "#1f5a50",
  colorPrimaryBorderHover: "#2a7a6c",
  colorPrimaryText: "#5cc9b5",
  colorLink: "#5cc9b5",
  colorLinkHover: "#86dccb",
  colorError: "#ff857c",
  colorWarning: "#e0a63a",
  colorSuccess: "#5cbf7c",
  colorInfo: "#6aa6dc",
  colorText: "#e6eceb",
  colorTextSecondary: "#b0bbb8",
  colorTextTertiary: "#8f9c98",
  colorTextDescription: "#8f9c98",
  colorTextPlaceholder: "#8a9793",
  colorBgLayout: "#101615",
  colorInfoBg: "#1a2c3d",
  colorInfoBorder: "#2b4560",
  colorWarningBg: "#372a10",
  colorWarningBorder: "#5c471c",
  colorSuccessBg: "#163324",
  colorSuccessBorder: "#25533b",
  colorBgContainer: "#171e1d",
  colorBgElevated: "#1e2725",
  colorBorder: "#3a4744",
  colorBorderSecondary: "#29332f",
};

/** The theme of Ant Design; its tokens are also the CSS variables `--ant-*` that every module of ours uses. */
export function themeOf(dark: boolean): ThemeConfig {
  return {
    // The class on <html>: so the variables reach our own style sheets, and what is drawn outside #root.
    cssVar: { key: "zhidu" },
    hashed: false,
    algorithm: dark ? theme.darkAlgorithm : theme.defaultAlgorithm,
    token: dark ? DARK : LIGHT,
    components: {
      Tabs: dark ? { itemSelectedColor: "#5cc9b5", itemHoverColor: "#86dccb", inkBarColor: "#5cc9b5" } : {},
      Segmented: { trackBg: dark ? "#29332f" : "#e6ebe9" },
      Button: { primaryShadow: "none", defaultShadow: "none", dangerShadow: "none" },
      Table: {
        headerBg: dark ? "#1b2422" : "#fafbfb",
        headerSplitColor: "transparent",
        cellPaddingBlockMD: 10,
        bodySortBg: "transparent",
        headerSortActiveBg: dark ? "#1b2422" : "#fafbfb",
      },
    },
  };
}

const wantsDark = matchMedia("(prefers-color-scheme: dark)");

/** What the person chose, whether that is dark now, and how to choose otherwise. */
export function useTaste(): { taste: Taste; dark: boolean; choose: (taste: Taste) => void } {
  const [taste, choose] = useKept<Taste>("theme", "system");
  const systemDark = useSyncExternalStore(
    (listener) => {
      wantsDark.addEventListener("change", listener);
      return () => wantsDark.removeEventListener("change", listener);
    },
    () => wantsDark.matches,
  );
  const dark = taste === "dark" || (taste === "system" && systemDark);
  useEffect(() => {
    document.documentElement.dataset.theme = dark ? "dark" : "light";
  }, [dark]);
  return { taste, dark, choose };
}
