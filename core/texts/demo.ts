/** Texts of demo: key → [zh, en]. The city's tickets are data and stand in pipelines/demo/. */
export const demoTexts = {} as const
