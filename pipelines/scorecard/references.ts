/**
 * What the reference rules would have said over the same nights, at as many alerts.
 */
export interface ReferenceCard { rules: [] }
