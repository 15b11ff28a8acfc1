/**
 * What a place may be, what a spelling of it may be, and in which datum its points may lie.
 */

export const PLACE_KINDS = ['city', 'district', 'street', 'community', 'grid', 'compound', 'project', 'school', 'bus_line', 'merchant', 'developer', 'point'] as const
export const ALIAS_KINDS = ['promotion', 'registered', 'former', 'spelling'] as const
export type AliasKind = (typeof ALIAS_KINDS)[number]
export const DATUMS = ['WGS-84', 'GCJ-02', 'BD-09', 'CGCS2000'] as const
export type Datum = (typeof DATUMS)[number]
