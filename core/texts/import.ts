/** Texts of import: key → [zh, en]. */
export const importTexts = {
  'import.placeholder': ['', ''],
} as const
