import type { editor } from 'monaco-editor/editor';

/** Colours of one theme; every text colour has a contrast of at least 4.5 (high contrast: 7) on `background`. */
interface CodePalette {
  readonly base: editor.BuiltinTheme;
  readonly background: string;
  readonly text: string;
  readonly comment: string;
  readonly keyword: string;
  readonly string: string;
  readonly number: string;
  readonly type: string;
  readonly function: string;
  readonly operator: string;
  readonly selection: string;
  /** The found text where the search stands. */
  readonly match: string;
  readonly widget: string;
  readonly border: string;
  readonly lineNumber: string;
  readonly accent: string;
  readonly error: string;
}

export type ThemeName = 'light' | 'dark' | 'hc-light' | 'hc-dark';

export const CODE_PALETTES: Readonly<Record<ThemeName, CodePalette>> = {
  light: {
    base: 'vs', background: '#f7f8fa', text: '#1f2430', comment: '#5f6b7a', keyword: '#6f2da8', string: '#1a6b3c', number: '#9a4a00', type: '#0b6277',
    function: '#1d55b0', operator: '#4a5261', selection: '#cfe0fb', match: '#ffe08a', widget: '#ffffff', border: '#d4d9e1', lineNumber: '#667080', accent: '#1d62d6', error: '#b3261e',
  },
  dark: {
    base: 'vs-dark', background: '#1b1e25', text: '#dfe3ea', comment: '#94a0b0', keyword: '#c9a2f2', string: '#9bd3a4', number: '#f0b27a', type: '#7fd0dd',
    function: '#8fbcfb', operator: '#b3bccb', selection: '#2f4a76', match: '#6b5518', widget: '#22262f', border: '#3a404c', lineNumber: '#8b95a5', accent: '#7fb0ff', error: '#ff9c93',
  },
  'hc-light': {
    base: 'hc-light', background: '#ffffff', text: '#000000', comment: '#3d4653', keyword: '#4a0d80', string: '#004d22', number: '#6b3000', type: '#00434f',
    function: '#002f80', operator: '#1a1a1a', selection: '#b5d2ff', match: '#ffd84d', widget: '#ffffff', border: '#000000', lineNumber: '#333333', accent: '#003bb3', error: '#8b0000',
  },
  'hc-dark': {
    base: 'hc-black', background: '#000000', text: '#ffffff', comment: '#b7c3d2', keyword: '#dcc0ff', string: '#b4f0bd', number: '#ffcf9e', type: '#a6ecf7',
    function: '#b5d3ff', operator: '#eeeeee', selection: '#264f9c', match: '#7a5c00', widget: '#000000', border: '#ffffff', lineNumber: '#d0d0d0', accent: '#9cc7ff', error: '#ffb3ab',
  },
};

/** Monaco's name of one of our themes. */
export function monacoThemeName(theme: ThemeName): string {
  return `lakebook-${theme}`;
}

export function buildMonacoTheme(palette: CodePalette): editor.IStandaloneThemeData {
  const rule = (token: string, color: string, fontStyle?: string): editor.ITokenThemeRule => ({
    token,
    foreground: color.slice(1),
    ...(fontStyle === undefined ? {} : { fontStyle }),
  });
  return {
    base: palette.base,
    inherit: false,
    rules: [
      { token: '', foreground: palette.text.slice(1), background: palette.background.slice(1) },
      rule('comment', palette.comment, 'italic'),
      rule('keyword', palette.keyword),
      rule('operator', palette.operator),
      rule('delimiter', palette.operator),
      rule('string', palette.string),
      rule('regexp', palette.string),
      rule('attribute.value', palette.string),
      rule('number', palette.number),
      rule('constant', palette.number),
      rule('variable.parameter', palette.number),
      rule('type', palette.type),
      rule('namespace', palette.type),
      rule('tag', palette.keyword),
      rule('attribute.name', palette.function),
      rule('function', palette.function),
      rule('annotation', palette.function),
      rule('identifier.quote', palette.type),
      // semantic token types
      rule('table', palette.type),
      rule('column', palette.text),
      rule('field', palette.text),
      rule('alias', palette.text),
      rule('variable', palette.number),
      rule('parameter', palette.number),
      rule('invalid', palette.error),
      // Markdown
      rule('emphasis', palette.text, 'italic'),
      rule('strong', palette.text, 'bold'),
      rule('keyword.md', palette.keyword, 'bold'),
      rule('string.link', palette.function),
      rule('variable.md', palette.type),
    ],
    colors: {
      'editor.background': '#00000000', // the cell's or the page's shows through
      'editorGutter.background': '#00000000',
      'editor.foreground': palette.text,
      'editor.selectionBackground': palette.selection,
      'editor.findMatchBackground': palette.match,
      'editor.findMatchHighlightBackground': palette.selection,
      'editor.rangeHighlightBackground': '#00000000',
      'editor.inactiveSelectionBackground': palette.selection,
      'editorLineNumber.foreground': palette.lineNumber,
      'editorLineNumber.activeForeground': palette.text,
      'editorCursor.foreground': palette.accent,
      'editorWidget.background': palette.widget,
      'editorWidget.foreground': palette.text,
      'editorWidget.border': palette.border,
      'editorSuggestWidget.background': palette.widget,
      'editorSuggestWidget.border': palette.border,
      'editorSuggestWidget.foreground': palette.text,
      'editorSuggestWidget.highlightForeground': palette.accent,
      'editorSuggestWidget.focusHighlightForeground': palette.accent,
      'editorSuggestWidget.selectedBackground': palette.selection,
      'editorSuggestWidget.selectedForeground': palette.text,
      'editorHoverWidget.background': palette.widget,
      'editorHoverWidget.border': palette.border,
      'editorError.foreground': palette.error,
      'editorBracketMatch.border': palette.border,
      'editorIndentGuide.background1': palette.border,
      'input.background': palette.background,
      'input.foreground': palette.text,
      'input.border': palette.border,
      'menu.background': palette.widget,
      'menu.foreground': palette.text,
      'menu.selectionBackground': palette.selection,
      'menu.selectionForeground': palette.text,
      'quickInput.background': palette.widget,
      'quickInput.foreground': palette.text,
      'list.hoverBackground': palette.selection,
      'list.focusBackground': palette.selection,
      focusBorder: palette.accent,
      'scrollbar.shadow': '#00000000',
      'scrollbarSlider.background': `${palette.lineNumber}55`,
      'scrollbarSlider.hoverBackground': `${palette.lineNumber}88`,
      'scrollbarSlider.activeBackground': `${palette.lineNumber}aa`,
    },
  };
}
