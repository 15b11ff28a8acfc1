/** Texts of demo: key → [zh, en]. */
export const demoTexts = {
  'demo.placeholder': ['', ''],
} as const
