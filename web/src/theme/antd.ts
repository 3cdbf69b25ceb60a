import { theme as base, type ThemeConfig } from 'antd'
import { fonts, palettes, sizes, type ThemeName } from './tokens'

/** Ant Design's tokens, made from ours; still is for people who asked their system for less motion. */
export function antdTheme(name: ThemeName, still: boolean): ThemeConfig {
  const p = palettes[name]
  return {
    algorithm: name === 'dark' ? base.darkAlgorithm : base.defaultAlgorithm,
    token: {
      colorPrimary: p.accent,
      colorInfo: p.accent,
      colorSuccess: p.success,
      colorWarning: p.warning,
      colorError: p.danger,
      colorText: p.text,
      colorTextSecondary: p.textSoft,
      colorTextTertiary: p.textFaint,
      colorTextPlaceholder: p.textFaint,
      colorBgBase: p.surface,
      colorBgContainer: p.surface,
      colorBgElevated: p.raised,
      colorBgLayout: p.canvas,
      colorBgMask: name === 'dark' ? 'rgba(0, 0, 0, 0.55)' : 'rgba(16, 32, 32, 0.28)',
      colorBorder: p.lineStrong,
      colorBorderSecondary: p.line,
      colorSplit: p.line,
      colorLink: p.accent,
      colorTextLightSolid: p.onAccent,
      controlItemBgActive: p.selected,
      controlItemBgActiveHover: p.selected,
      controlItemBgHover: p.sunken,
      borderRadius: sizes.radius,
      borderRadiusLG: 10,
      fontFamily: 'var(--font-text)',
      fontFamilyCode: fonts.code,
      fontSize: sizes.body,
      controlHeight: 30,
      controlHeightSM: 24,
      fontSizeSM: 12,
      sizeStep: 3,
      wireframe: false,
      motion: !still, // nobody waits for the end of an animation that base.css took away
      motionDurationMid: '0.12s',
      motionDurationSlow: '0.16s',
      boxShadow: p.shadow,
      boxShadowSecondary: p.shadow,
    },
    components: {
      Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none', fontWeight: 500, paddingInline: 12, contentFontSizeSM: 12 },
      Tooltip: { colorBgSpotlight: name === 'dark' ? '#2c3434' : '#1f2828', colorTextLightSolid: '#f2f5f5' },
      Modal: { titleFontSize: 15 },
      Segmented: { itemSelectedBg: p.surface, trackBg: p.sunken },
      Tag: { defaultBg: p.sunken },
      Drawer: { paddingLG: 20 },
      Select: { optionSelectedBg: p.selected },
      Form: { itemMarginBottom: 14, verticalLabelPadding: '0 0 4px' },
    },
  }
}
