/**
 * The map of a report: circles for all places of the classified depth, those at zero too, with their class.
 */
import type { PlaceClass } from '../../models/hotspot/emerging.ts'
import { shown } from './document.ts'
import type { Count, ReportDocument } from './document.ts'

export interface MapSpot { id: number, path: string[], x: number, y: number, r: number, class: PlaceClass, callers: Count, hot: boolean }
export interface ReportMap { width: number, height: number, spots: MapSpot[], hot: number }

const MARGIN = 26
const LARGEST = 22
const SMALLEST = 5
const [FLATTEST, TALLEST] = [0.45, 1.1]

/** Larger circles first, so that small ones stay on top; null where no place has a centre. */
export function mapOf({ places, classified }: ReportDocument, width = 720): ReportMap | null {
  const located = places.filter((place) => place.depth === classified.depth && place.lng !== null && place.lat !== null)
  if (located.length === 0) return null
  const [west, east] = [Math.min(...located.map((place) => place.lng!)), Math.max(...located.map((place) => place.lng!))]
  const [south, north] = [Math.min(...located.map((place) => place.lat!)), Math.max(...located.map((place) => place.lat!))]
  const shrink = Math.cos((south + north) / 2 * Math.PI / 180)
  const [across, down] = [Math.max((east - west) * shrink, 1e-4), Math.max(north - south, 1e-4)]
  const height = Math.round(Math.min(TALLEST, Math.max(FLATTEST, down / across)) * width)
  const scale = Math.min((width - 2 * MARGIN) / across, (height - 2 * MARGIN) / down)
  const [x0, y0] = [(width - across * scale) / 2, (height - down * scale) / 2]
  const most = Math.max(1, ...located.map((place) => shown(place.now.callers) ?? 0))
  const round = (value: number): number => Math.round(value * 10) / 10
  const spots = located.map((place): MapSpot => {
    const callers = shown(place.now.callers) ?? 0
    const found = place.class ?? 'unknown'
    return {
      id: place.id, path: place.path, x: round(x0 + (place.lng! - west) * shrink * scale), y: round(y0 + (north - place.lat!) * scale),
      r: round(callers === 0 ? SMALLEST : Math.max(SMALLEST, LARGEST * Math.sqrt(callers / most))), class: found, callers: place.now.callers, hot: found !== 'none' && found !== 'unknown',
    }
  }).sort((a, b) => Number(a.hot) - Number(b.hot) || b.r - a.r || a.id - b.id)
  return { width, height, spots, hot: spots.filter((spot) => spot.hot).length }
}
