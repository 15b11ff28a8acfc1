/**
 * The zones that a scan of files looks at: circles, or irregular windows where they are asked for.
 */
import { circularZones } from '../models/scan/zones.ts'
import type { Zones } from '../models/scan/zones.ts'
import type { ScanSettings } from './scan.ts'
import type { ScanTable } from './scan-table.ts'

/** @param population of each place, for the cap in percent */
export async function findZones({ points, adjacentPairs }: ScanTable, population: Float64Array, { zones, irregular }: ScanSettings): Promise<Zones> {
  if (irregular === undefined) return circularZones(points, population, zones)
  const [{ irregularZones }, { adjacencyOfPairs, gabrielGraph }] = await Promise.all([import('../models/scan/irregular.ts'), import('../models/scan/adjacency.ts')])
  const adjacency = adjacentPairs ? adjacencyOfPairs(points.x.length, adjacentPairs) : gabrielGraph(points)
  return irregularZones(points, adjacency, population, { nearest: irregular, maxPercent: zones.maxPercent, maxRadiusKm: zones.maxRadiusKm })
}
