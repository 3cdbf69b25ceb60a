/** All colours and sizes of the product. The page's style sheets and Ant Design both read them. */
export type ThemeName = 'light' | 'dark'

export interface Palette {
  canvas: string // behind everything: rail and top bar
  surface: string // tables, pages
  raised: string // menus, drawers, cards
  sunken: string // table heads, code, hover
  line: string
  lineStrong: string
  text: string
  textSoft: string
  textFaint: string
  accent: string
  accentHover: string
  accentSoft: string
  onAccent: string
  selected: string
  success: string
  successSoft: string
  warning: string
  warningSoft: string
  danger: string
  dangerSoft: string
  info: string
  infoSoft: string
  shadow: string
}

export const palettes: Record<ThemeName, Palette> = {
  light: {
    canvas: '#f4f6f6',
    surface: '#ffffff',
    raised: '#ffffff',
    sunken: '#f3f5f5',
    line: '#e4e8e8',
    lineStrong: '#cbd2d2',
    text: '#182020',
    textSoft: '#4d5958',
    textFaint: '#667271',
    accent: '#0b6b66',
    accentHover: '#095853',
    accentSoft: '#e0efed',
    onAccent: '#ffffff',
    selected: '#eaf4f3',
    success: '#1c7a3e',
    successSoft: '#e3f3e8',
    warning: '#925b00',
    warningSoft: '#fbf0da',
    danger: '#b3261e',
    dangerSoft: '#fbe9e7',
    info: '#2459b0',
    infoSoft: '#e6eefa',
    shadow: '0 8px 28px rgba(16, 32, 32, 0.14), 0 1px 3px rgba(16, 32, 32, 0.1)',
  },
  dark: {
    canvas: '#111414',
    surface: '#171b1b',
    raised: '#1f2525',
    sunken: '#1d2222',
    line: '#2a3131',
    lineStrong: '#3f4949',
    text: '#e6ebea',
    textSoft: '#aeb9b8',
    textFaint: '#8b9897',
    accent: '#3cb0a6',
    accentHover: '#55c4ba',
    accentSoft: '#143733',
    onAccent: '#06211f',
    selected: '#183230',
    success: '#58c07f',
    successSoft: '#163322',
    warning: '#dfa548',
    warningSoft: '#38290f',
    danger: '#f0827a',
    dangerSoft: '#401d1b',
    info: '#7faaf0',
    infoSoft: '#1a2b47',
    shadow: '0 12px 32px rgba(0, 0, 0, 0.55), 0 1px 2px rgba(0, 0, 0, 0.6)',
  },
}

/** Branch colours, apart from the colours that mean a state. Index = Branch.color. */
export const branchColors: Record<ThemeName, readonly string[]> = {
  light: ['#6b46c9', '#a4540a', '#1f5fc4', '#b8276b', '#5d6d0f', '#0f7391', '#a8382b', '#7a3e9d'],
  dark: ['#a98bf0', '#e39a52', '#7daaf2', '#ee83b2', '#b4c45a', '#5cc0dd', '#ee8a7e', '#c993e6'],
}

/** Colours of enum options: [text, ground]. */
export const optionColors: Record<ThemeName, Record<string, readonly [string, string]>> = {
  light: {
    grey: ['#4d5958', '#edf0f0'],
    green: ['#17693a', '#e2f3e7'],
    red: ['#a5251d', '#fbe8e6'],
    amber: ['#825000', '#fbefd6'],
    orange: ['#97410a', '#fcebdd'],
    blue: ['#1f53a6', '#e5edfa'],
    teal: ['#0b625d', '#dff0ee'],
    purple: ['#5c3bb0', '#eeeafa'],
    cyan: ['#0b5f78', '#dff1f6'],
    geekblue: ['#3a48ad', '#e9ebfa'],
    gold: ['#7a5a00', '#faf1cf'],
    lime: ['#4c6209', '#eef5d8'],
    magenta: ['#9c2460', '#fae6f0'],
    volcano: ['#a2381b', '#fce8e1'],
    pink: ['#9c2460', '#fae6f0'],
  },
  dark: {
    grey: ['#b7c1c0', '#2a3131'],
    green: ['#79cf97', '#173523'],
    red: ['#f39a93', '#421f1c'],
    amber: ['#e4b366', '#392b11'],
    orange: ['#eba36f', '#3d2514'],
    blue: ['#95b8f2', '#1b2d4a'],
    teal: ['#6bc7bf', '#123833'],
    purple: ['#bba5f2', '#2d2450'],
    cyan: ['#6cc6df', '#12333d'],
    geekblue: ['#a3aef0', '#232a52'],
    gold: ['#dcbb5c', '#362c0d'],
    lime: ['#b5cb69', '#2a3412'],
    magenta: ['#ee9dc2', '#421d31'],
    volcano: ['#f0977c', '#43201a'],
    pink: ['#ee9dc2', '#421d31'],
  },
}

/** English has its own order: fonts for Chinese draw ’ and “ ” as wide as a character. */
export const fonts = {
  latin: 'Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", "Liberation Sans", Arial, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  text: 'Inter, "SF Pro Text", "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, sans-serif',
  code: '"SF Mono", "JetBrains Mono", Menlo, Consolas, "Noto Sans Mono CJK SC", monospace',
}

export const sizes = { rail: 216, railNarrow: 52, top: 48, row: 34, radius: 6, body: 13 }
