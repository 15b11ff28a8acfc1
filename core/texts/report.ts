/** Texts of report: key → [zh, en]. */
export const reportTexts = {
  'report.placeholder': ['', ''],
} as const
