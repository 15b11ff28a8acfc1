/** Texts of the admin pages: key → [zh, en]. */
export const adminTexts = {
} as const
