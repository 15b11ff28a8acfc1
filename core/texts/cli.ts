/** Texts of cli: key → [zh, en]. */
export const cliTexts = {
  'cli.placeholder': ['', ''],
} as const
