/**
 * Looks again inside a cluster, at finer places or topics: which houses of the compounds, which of the topics? The permutation
 * model on the cluster's cases alone, so that what all of them share is expected and what some have beyond it stands out.
 */
import { circularZones, ZoneLists } from './zones.ts'
import type { ZoneOptions, Zones } from './zones.ts'
import type { Cluster } from './clusters.ts'
import type { Points } from './geometry.ts'
import type { ClusterOptions } from './model-scan.ts'
import { casesOfPlaces, findMargins } from './permutation.ts'
import type { Horizon, Margins } from './permutation.ts'
import { findPermutationClusters } from './permutation-scan.ts'
import type { CellCounts } from './scan-model.ts'

/** n finer places, or n pairs of a place and a topic, over the days of the scan. */
export interface Finer extends CellCounts {
  /** For each the place of the scan that it belongs to. */
  parent: Int32Array
  /** Where they lie; absent for what has no neighbours, such as topics: then each is looked at by itself. */
  points?: Points
}

/** What was found, and what permutation-maxima.ts needs to say how rare it is. */
export interface Rescan {
  /** Likeliest first; places are numbers in `Finer`. */
  clusters: Cluster[]
  margins: Margins
  zones: Zones
}

/**
 * The p of such a cluster says whether the excess is unevenly spread inside the first one; it is no further evidence for that.
 * O(entries of the zones * windows).
 *
 * @param horizon as in the scan, or with other windows
 */
export function rescanInside({ places }: Cluster, finer: Finer, horizon: Horizon, zoneOptions: Partial<ZoneOptions> = {}, options: ClusterOptions = { secondary: 'best-of-centre', overlap: 'place-and-day', most: Infinity }): Rescan {
  const inside = new Set(places)
  const members = Int32Array.from(finer.parent.keys()).filter((i) => inside.has(finer.parent[i]))
  const { days } = finer
  const counts = new Float64Array(members.length * days)
  members.forEach((member, i) => counts.set(finer.counts.subarray(member * days, (member + 1) * days), i * days))
  const cells = { places: members.length, days, counts }
  const margins = findMargins(cells)
  const { points } = finer
  const zones = points
    ? circularZones({ kind: points.kind, x: pick(points.x, members), y: pick(points.y, members) }, casesOfPlaces(margins), zoneOptions)
    : singleZones(members.length)
  const clusters = findPermutationClusters(cells, margins, zones, horizon, options)
  return { margins, zones, clusters: clusters.map((cluster) => ({ ...cluster, centre: members[cluster.centre], places: cluster.places.map((i) => members[i]) })) }
}

/** Each place alone. */
function singleZones(places: number): Zones {
  const lists = new ZoneLists(places)
  for (let i = 0; i < places; i++) {
    lists.add(i, true)
    lists.close()
  }
  return lists.zones(places)
}

function pick(values: Float64Array, members: Int32Array): Float64Array {
  return Float64Array.from(members, (member) => values[member])
}
