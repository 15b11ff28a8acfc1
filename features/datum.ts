/**
 * Where is a point on another map's grid? WGS-84 is what GPS gives and CGCS2000 what government maps give (they differ by
 * centimetres: taken as equal); GCJ-02 is the offset grid of Chinese map services, BD-09 Baidu's further shift of it.
 * GCJ-02 by the formula published with `eviltransform` (2013), its inverse by iteration; BD-09 by Baidu's published rotation.
 */
import type { Datum } from '../core/place-kinds.ts'

export interface Point { lng: number, lat: number }

/** Krasovsky 1940, as the offset grid uses it: half axis in metres, squared eccentricity. */
const AXIS = 6378245
const ECCENTRICITY = 0.00669342162296594323
/** BD-09 turns by this many radians a degree. */
const BAIDU = (Math.PI * 3000) / 180
const MOST_STEPS = 30
/** Degrees; about a hundredth of a millimetre. */
const CLOSE = 1e-10

/** The same point in another datum, in degrees; within a millimetre there and back. Outside China the grids are one. */
export function convertPoint(point: Point, from: Datum, to: Datum): Point {
  if (plain(from) === plain(to)) return point
  const wgs = from === 'BD-09' ? gcjToWgs(baiduToGcj(point)) : from === 'GCJ-02' ? gcjToWgs(point) : point
  return to === 'BD-09' ? gcjToBaidu(wgsToGcj(wgs)) : to === 'GCJ-02' ? wgsToGcj(wgs) : wgs
}

function plain(datum: Datum): Datum {
  return datum === 'CGCS2000' ? 'WGS-84' : datum
}

/** The box within which Chinese services offset points. */
function isOutside({ lng, lat }: Point): boolean {
  return lng < 72.004 || lng > 137.8347 || lat < 0.8293 || lat > 55.8271
}

function wgsToGcj(point: Point): Point {
  if (isOutside(point)) return point
  const { lng, lat } = offset(point)
  return { lng: point.lng + lng, lat: point.lat + lat }
}

function gcjToWgs(point: Point): Point {
  if (isOutside(point)) return point
  return undo(wgsToGcj, point, point)
}

function gcjToBaidu({ lng, lat }: Point): Point {
  const z = Math.hypot(lng, lat) + 0.00002 * Math.sin(lat * BAIDU)
  const theta = Math.atan2(lat, lng) + 0.000003 * Math.cos(lng * BAIDU)
  return { lng: z * Math.cos(theta) + 0.0065, lat: z * Math.sin(theta) + 0.006 }
}

function baiduToGcj(point: Point): Point {
  // Baidu's own inverse is off by some decimetres: it is taken as the first guess.
  const x = point.lng - 0.0065
  const y = point.lat - 0.006
  const z = Math.hypot(x, y) - 0.00002 * Math.sin(y * BAIDU)
  const theta = Math.atan2(y, x) - 0.000003 * Math.cos(x * BAIDU)
  return undo(gcjToBaidu, point, { lng: z * Math.cos(theta), lat: z * Math.sin(theta) })
}

/** Where a shift comes from that ends at the point: steps by what is still missing, from a first guess. */
function undo(shift: (from: Point) => Point, point: Point, guess: Point): Point {
  let from = guess
  for (let i = 0; i < MOST_STEPS; i++) {
    const there = shift(from)
    const next = { lng: from.lng + point.lng - there.lng, lat: from.lat + point.lat - there.lat }
    const moved = Math.max(Math.abs(next.lng - from.lng), Math.abs(next.lat - from.lat))
    from = next
    if (moved < CLOSE) break
  }
  return from
}

/** How far the offset grid lies from a point of WGS-84, in degrees. */
function offset({ lng, lat }: Point): Point {
  const x = lng - 105
  const y = lat - 35
  const common = (20 * Math.sin(6 * x * Math.PI) + 20 * Math.sin(2 * x * Math.PI)) * 2 / 3
  const north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * Math.sqrt(Math.abs(x)) + common
    + (20 * Math.sin(y * Math.PI) + 40 * Math.sin(y / 3 * Math.PI)) * 2 / 3 + (160 * Math.sin(y / 12 * Math.PI) + 320 * Math.sin(y * Math.PI / 30)) * 2 / 3
  const east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * Math.sqrt(Math.abs(x)) + common
    + (20 * Math.sin(x * Math.PI) + 40 * Math.sin(x / 3 * Math.PI)) * 2 / 3 + (150 * Math.sin(x / 12 * Math.PI) + 300 * Math.sin(x / 30 * Math.PI)) * 2 / 3
  const radians = lat / 180 * Math.PI
  const w = 1 - ECCENTRICITY * Math.sin(radians) ** 2
  return {
    lat: north * 180 / (AXIS * (1 - ECCENTRICITY) / (w * Math.sqrt(w)) * Math.PI),
    lng: east * 180 / (AXIS / Math.sqrt(w) * Math.cos(radians) * Math.PI),
  }
}
