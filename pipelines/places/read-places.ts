/**
 * What does a file of places say? CSV or a sheet with a row a place, or GeoJSON with a feature a place. A row that cannot be used is kept
 * aside with its line, the column and the reason.
 */
import { BadInputError } from '../../core/errors.ts'
import { DATUMS } from '../../core/place-kinds.ts'
import type { AliasKind, Datum } from '../../core/place-kinds.ts'
import type { Polygons } from '../../sql/places.ts'
import type { PlaceEntry } from '../../sql/registry.ts'
import { cleanName } from '../ingest/registry.ts'
import { fieldText } from '../ingest/tokenizer.ts'
import { readFeatures } from '../report/boundaries.ts'
import { readRecords } from '../tables/csv-records.ts'

export interface PlaceReject { line: number, reason: string, column: string | null, value: string | null }

export interface ReadPlace {
  line: number
  /** Names from the first level below the city. */
  names: string[]
  /** Kinds of those names. */
  kinds: PlaceEntry['kind'][]
  code: string | null
  households: number | null
  point: { lng: number, lat: number } | null
  datum: Datum | null
  aliases: { name: string, kind: AliasKind }[]
  developer: string | null
  polygons: Polygons | null
}

export interface PlaceTable { read: number, places: ReadPlace[], rejects: PlaceReject[] }

const COLUMNS = {
  name: ['name', 'place', '名称', '地点', '小区', '小区名称', '项目', '项目名称'],
  kind: ['kind', 'type', '类型', '类别'],
  district: ['district', '区县', '区', '行政区'],
  street: ['street', '街道', '街道乡镇', '乡镇'],
  community: ['community', '社区', '社区村', '村'],
  code: ['code', '编码', '代码', '区划代码', '网格编码', 'gridcode', 'grid_code'],
  households: ['households', '户数', '总户数'],
  lng: ['lng', 'lon', 'longitude', '经度'],
  lat: ['lat', 'latitude', '纬度'],
  gps: ['gps', '坐标', '经纬度'],
  datum: ['datum', '坐标系'],
  aliases: ['aliases', 'alias', '别名', '曾用名'],
  promotion: ['promotion_name', '推广名', '案名'],
  registered: ['registered_name', '备案名', '地名'],
  developer: ['developer', '开发商', '建设单位'],
} as const
type Field = keyof typeof COLUMNS

const KINDS: Readonly<Record<string, PlaceEntry['kind']>> = {
  district: 'district', 区县: 'district', street: 'street', 街道: 'street', 乡镇: 'street', community: 'community', 社区: 'community', 村: 'community', grid: 'grid', 网格: 'grid',
  compound: 'compound', 小区: 'compound', project: 'project', 项目: 'project', 楼盘: 'project', 工地: 'project', school: 'school', 学校: 'school', bus_line: 'bus_line', 公交线路: 'bus_line', 公交: 'bus_line',
  merchant: 'merchant', 商户: 'merchant', 企业: 'merchant', developer: 'developer', 开发商: 'developer', point: 'point', 点位: 'point',
}
const DATUM_NAMES: Readonly<Record<string, Datum>> = { ...Object.fromEntries(DATUMS.map((datum) => [datum.toLowerCase(), datum])), wgs84: 'WGS-84', gcj02: 'GCJ-02', bd09: 'BD-09', 火星坐标: 'GCJ-02', 百度坐标: 'BD-09', 国家2000: 'CGCS2000' }

/** @throws {BadInputError} no such file, no column of names, not one usable row */
export async function readPlaceTable(path: string): Promise<PlaceTable> {
  const table = /\.(?:geo)?json$/i.test(path) ? await readGeoJson(path) : await readTable(path)
  table.rejects.sort((a, b) => a.line - b.line)
  if (table.places.length === 0) throw new BadInputError('no_usable_row', `not one row of ${path} can be used`, { file: path, reasons: [...new Set(table.rejects.map(({ reason }) => reason))].join(', ') })
  return table
}

async function readTable(path: string): Promise<PlaceTable> {
  const table: PlaceTable = { read: 0, places: [], rejects: [] }
  await readRecords(path, (header) => {
    const names = header.map((name) => name.normalize('NFKC').trim().toLowerCase())
    const at = Object.fromEntries(Object.entries(COLUMNS).map(([field, aliases]) => [field, names.findIndex((name) => (aliases as readonly string[]).includes(name))])) as Record<Field, number>
    if (at.name < 0 && at.district < 0) throw new BadInputError('places_lack_name', `${path} has no column ${COLUMNS.name[0]}, but ${header.join(', ')}`, { path, column: COLUMNS.name[0], header: header.join(', ') })
    return (record) => {
      table.read++
      takeRow(table, record.line, (field) => (at[field] < 0 ? '' : fieldText(record, at[field]).normalize('NFKC').trim()), (field) => header[at[field]] ?? null, null)
    }
  }, (line, reason) => {
    table.read++
    table.rejects.push({ line, reason, column: null, value: null })
  })
  return table
}

async function readGeoJson(path: string): Promise<PlaceTable> {
  const table: PlaceTable = { read: 0, places: [], rejects: [] }
  for (const [i, { properties, geometry }] of (await readFeatures(path)).entries()) {
    table.read++
    const cells = new Map(Object.entries(properties ?? {}).filter(([, value]) => typeof value === 'string' || typeof value === 'number').map(([key, value]) => [key.toLowerCase(), String(value).normalize('NFKC').trim()]))
    const found = (field: Field): string | undefined => (COLUMNS[field] as readonly string[]).find((name) => cells.has(name))
    const isPoint = geometry?.type === 'Point'
    const polygons = geometry?.type === 'Polygon' ? [geometry.coordinates] : geometry?.type === 'MultiPolygon' ? geometry.coordinates : null
    const [lng, lat] = isPoint ? (geometry.coordinates as [number, number]) : []
    const cell = (field: Field): string => {
      if (isPoint && field === 'lng') return String(lng)
      if (isPoint && field === 'lat') return String(lat)
      const key = found(field)
      return key === undefined ? '' : cells.get(key)!
    }
    takeRow(table, i + 1, cell, (field) => found(field) ?? null, polygons as Polygons | null)
  }
  return table
}

function takeRow(table: PlaceTable, line: number, cell: (field: Field) => string, column: (field: Field) => string | null, polygons: Polygons | null): void {
  const reject = (reason: string, field: Field): void => void table.rejects.push({ line, reason, column: column(field), value: cell(field).slice(0, 60) })
  const above = (['district', 'street', 'community'] as const).map((field) => [field, cleanName(cell(field))] as const).filter(([, name]) => name !== '')
  const name = cleanName(cell('name'))
  const typed = cell('kind')
  const kind = typed === '' ? (name === '' ? undefined : polygons ? 'district' : 'compound') : KINDS[typed.toLowerCase()]
  if (name === '' && above.length === 0) return reject('name_missing', 'name')
  if (typed !== '' && kind === undefined) return reject('kind_unknown', 'kind')
  const households = cell('households') === '' ? null : Number(cell('households'))
  if (households !== null && !(Number.isInteger(households) && households > 0 && households < 1e7)) return reject('households_unreadable', 'households')
  const [lng, lat] = cell('gps') !== '' ? cell('gps').split(/[,，\s]+/).map(Number) : [cell('lng'), cell('lat')].map((text) => (text === '' ? NaN : Number(text)))
  const hasPoint = cell('gps') !== '' || cell('lng') !== '' || cell('lat') !== ''
  if (hasPoint && !(Math.abs(lng!) <= 180 && Math.abs(lat!) <= 90 && (lng !== 0 || lat !== 0))) return reject('point_unreadable', cell('gps') !== '' ? 'gps' : 'lng')
  const datum = cell('datum') === '' ? null : DATUM_NAMES[cell('datum').toLowerCase()]
  if (datum === undefined) return reject('datum_unknown', 'datum')
  const spellings = cell('aliases').split(/[;；、|]/).map(cleanName).filter((alias) => alias !== '' && alias !== name)
  const named = (['promotion', 'registered'] as const).map((field) => ({ name: cleanName(cell(field)), kind: field })).filter((alias) => alias.name !== '' && alias.name !== name)
  table.places.push({
    line, names: [...above.map(([, one]) => one), ...(name === '' ? [] : [name])], kinds: [...above.map(([field]) => field), ...(name === '' ? [] : [kind!])],
    code: cell('code') === '' ? null : cell('code'), households, point: hasPoint ? { lng: lng!, lat: lat! } : null, datum, developer: cleanName(cell('developer')) || null, polygons,
    aliases: [...named, ...spellings.filter((alias) => !named.some((one) => one.name === alias)).map((alias) => ({ name: alias, kind: 'spelling' as const }))],
  })
}
