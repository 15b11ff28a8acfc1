/**
 * Every temporal method under its name: what `weisu detect --method` and the evaluation know.
 */
import { InvalidOptionError } from '../../core/errors.ts'
import { EARS_METHODS } from './ears-methods.ts'
import { FARRINGTON_METHODS } from './farrington-methods.ts'
import type { Method } from './method.ts'
import { REFERENCE_METHODS } from './reference-methods.ts'
import { WEISU_METHOD } from './weisu.ts'

/** In the order in which they are listed. */
export const METHODS: ReadonlyMap<string, Method> = new Map([
  WEISU_METHOD, ...FARRINGTON_METHODS, ...EARS_METHODS, ...REFERENCE_METHODS,
].map((method) => [method.name, method]))

/** @throws {InvalidOptionError} no method has this name; the message lists those there are */
export function findMethod(name: string): Method {
  const method = METHODS.get(name)
  if (!method) throw new InvalidOptionError('method', name, [...METHODS.keys()].join(', '))
  return method
}
