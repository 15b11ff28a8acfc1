/** Texts of alerts: key → [zh, en]. */
export const alertsTexts = {
  'alerts.placeholder': ['', ''],
} as const
