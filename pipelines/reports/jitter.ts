/**
 * Where a place is drawn whose centre is the mean of tickets, which may be somebody's door: on a grid, moved within its cell by the place's own number.
 */
import { createHash } from 'node:crypto'

/** Degrees of the grid: some 500 m. */
export const GRID_DEGREES = 0.005

/** The same place always comes to the same point, whatever its tickets do within the cell. */
export function jitter(id: number, lng: number, lat: number): { lng: number, lat: number } {
  const hash = createHash('sha256').update(`place ${id}`).digest()
  const part = (offset: number): number => hash.readUInt32BE(offset) / 2 ** 32
  const move = (degrees: number, offset: number): number => Math.round((Math.floor(degrees / GRID_DEGREES) + part(offset)) * GRID_DEGREES * 1e5) / 1e5
  return { lng: move(lng, 0), lat: move(lat, 4) }
}
