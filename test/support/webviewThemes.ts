/** What the style of a web view finds in it. */
export interface WebviewTheme {
  readonly bodyClass: string;
  /** By their names in CSS; a theme does not have every colour. */
  readonly colors: Readonly<Record<string, string>>;
}

export type ThemeName = 'light' | 'dark' | 'high contrast' | 'high contrast light';

/** The default themes of VS Code 1.139 as its web views get them: of their colours, those that media/ uses. */
export const WEBVIEW_THEMES: Readonly<Record<ThemeName, WebviewTheme>> = {
  light: {
    bodyClass: 'vscode-light',
    colors: {
      '--vscode-editor-background': '#ffffff',
      '--vscode-foreground': '#202020',
      '--vscode-errorForeground': '#ad0707',
      '--vscode-descriptionForeground': '#606060',
      '--vscode-button-border': '#0069cc',
      '--vscode-button-foreground': '#ffffff',
      '--vscode-button-background': '#0069cc',
      '--vscode-button-hoverBackground': '#0063c1',
      '--vscode-button-secondaryBorder': '#eaeaea',
      '--vscode-button-secondaryForeground': '#202020',
      '--vscode-button-secondaryBackground': '#eaeaea',
      '--vscode-button-secondaryHoverBackground': '#f2f3f4',
      '--vscode-focusBorder': '#0069cc',
      '--vscode-widget-border': '#e2e2e5',
      '--vscode-textLink-foreground': '#0069cc',
      '--vscode-textLink-activeForeground': '#0069cc',
      '--vscode-textBlockQuote-border': '#f0f1f2',
      '--vscode-textBlockQuote-background': '#eaeaea',
    },
  },
  dark: {
    bodyClass: 'vscode-dark',
    colors: {
      '--vscode-editor-background': '#121314',
      '--vscode-foreground': '#bfbfbf',
      '--vscode-errorForeground': '#f48771',
      '--vscode-descriptionForeground': '#8c8c8c',
      '--vscode-button-border': '#297aa0',
      '--vscode-button-foreground': '#ffffff',
      '--vscode-button-background': '#297aa0',
      '--vscode-button-hoverBackground': '#2b7da3',
      '--vscode-button-secondaryBorder': '#333536',
      '--vscode-button-secondaryForeground': '#cccccc',
      '--vscode-button-secondaryBackground': 'rgba(0, 0, 0, 0)',
      '--vscode-button-secondaryHoverBackground': 'rgba(255, 255, 255, 0.06)',
      '--vscode-focusBorder': 'rgba(57, 148, 188, 0.7)',
      '--vscode-widget-border': '#2a2b2c',
      '--vscode-textLink-foreground': '#48a0c7',
      '--vscode-textLink-activeForeground': '#53a5ca',
      '--vscode-textBlockQuote-border': '#2a2b2c',
      '--vscode-textBlockQuote-background': '#242526',
    },
  },
  'high contrast': {
    bodyClass: 'vscode-high-contrast',
    colors: {
      '--vscode-editor-background': '#000000',
      '--vscode-foreground': '#ffffff',
      '--vscode-errorForeground': '#f48771',
      '--vscode-descriptionForeground': 'rgba(255, 255, 255, 0.7)',
      '--vscode-button-border': '#6fc3df',
      '--vscode-button-foreground': '#ffffff',
      '--vscode-button-background': '#000000',
      '--vscode-button-hoverBackground': '#000000',
      '--vscode-button-secondaryBorder': '#6fc3df',
      '--vscode-button-secondaryForeground': '#ffffff',
      '--vscode-focusBorder': '#f38518',
      '--vscode-widget-border': '#6fc3df',
      '--vscode-contrastBorder': '#6fc3df',
      '--vscode-textLink-foreground': '#21a6ff',
      '--vscode-textLink-activeForeground': '#21a6ff',
      '--vscode-textBlockQuote-border': '#ffffff',
      '--vscode-contrastActiveBorder': '#f38518',
    },
  },
  'high contrast light': {
    bodyClass: 'vscode-high-contrast-light vscode-high-contrast',
    colors: {
      '--vscode-editor-background': '#ffffff',
      '--vscode-foreground': '#292929',
      '--vscode-errorForeground': '#b5200d',
      '--vscode-descriptionForeground': 'rgba(41, 41, 41, 0.7)',
      '--vscode-button-border': '#0f4a85',
      '--vscode-button-foreground': '#ffffff',
      '--vscode-button-background': '#0f4a85',
      '--vscode-button-hoverBackground': '#0f4a85',
      '--vscode-button-secondaryBorder': '#0f4a85',
      '--vscode-button-secondaryForeground': '#292929',
      '--vscode-button-secondaryBackground': '#ffffff',
      '--vscode-focusBorder': '#006bbd',
      '--vscode-widget-border': '#0f4a85',
      '--vscode-contrastBorder': '#0f4a85',
      '--vscode-textLink-foreground': '#0f4a85',
      '--vscode-textLink-activeForeground': '#0f4a85',
      '--vscode-textBlockQuote-border': '#292929',
      '--vscode-textBlockQuote-background': '#f2f2f2',
      '--vscode-contrastActiveBorder': '#006bbd',
    },
  },
};
