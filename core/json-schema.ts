/**
 * Values against JSON Schema (draft 2020-12), as much of it as the API's document uses. A keyword that is not known here is an error of
 * the schema, never passed over.
 */
export interface JsonSchema {
  $ref?: string
  type?: JsonType | readonly JsonType[]
  description?: string
  examples?: readonly unknown[]
  default?: unknown
  enum?: readonly unknown[]
  const?: unknown
  format?: 'date' | 'date-time' | 'uri'
  minLength?: number
  maxLength?: number
  pattern?: string
  minimum?: number
  maximum?: number
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  properties?: Readonly<Record<string, JsonSchema>>
  required?: readonly string[]
  additionalProperties?: boolean | JsonSchema
}

export type JsonType = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object'

/** What does not fit, and where: `/detail/until`. */
export interface SchemaFault { pointer: string, problem: string }

const NOTES = new Set(['description', 'examples', 'default'])
const MOST_FAULTS = 20

/** @param refs  schemas by their `$ref` @throws {Error} the schema has a keyword or a reference that is not known */
export function checkSchema(value: unknown, schema: JsonSchema, refs: Readonly<Record<string, JsonSchema>> = {}): SchemaFault[] {
  const faults: SchemaFault[] = []
  check(value, schema, '', refs, faults)
  return faults.slice(0, MOST_FAULTS)
}

function check(value: unknown, schema: JsonSchema, pointer: string, refs: Readonly<Record<string, JsonSchema>>, faults: SchemaFault[]): void {
  const fault = (problem: string): void => { if (faults.length < MOST_FAULTS) faults.push({ pointer, problem }) }
  for (const [keyword, rule] of Object.entries(schema) as [keyof JsonSchema, never][]) {
    if (NOTES.has(keyword)) continue
    switch (keyword) {
      case '$ref': {
        const target = refs[schema.$ref!]
        if (!target) throw new Error(`no schema ${schema.$ref}`)
        check(value, target, pointer, refs, faults)
        break
      }
      case 'type': {
        const types = typeof schema.type === 'string' ? [schema.type] : schema.type!
        if (!types.some((type) => isOfType(value, type))) return fault(`expected ${types.join(' or ')}`)
        break
      }
      case 'enum': if (!schema.enum!.includes(value)) fault(`expected one of ${schema.enum!.join(', ')}`); break
      case 'const': if (value !== rule) fault(`expected ${String(rule)}`); break
      case 'format': if (typeof value === 'string' && !isOfFormat(value, schema.format!)) fault(`expected a ${schema.format}`); break
      case 'minLength': if (typeof value === 'string' && [...value].length < rule) fault(`expected at least ${String(rule)} characters`); break
      case 'maxLength': if (typeof value === 'string' && [...value].length > rule) fault(`expected at most ${String(rule)} characters`); break
      case 'pattern': if (typeof value === 'string' && !new RegExp(rule, 'u').test(value)) fault(`expected ${String(rule)}`); break
      case 'minimum': if (typeof value === 'number' && value < rule) fault(`expected at least ${String(rule)}`); break
      case 'maximum': if (typeof value === 'number' && value > rule) fault(`expected at most ${String(rule)}`); break
      case 'minItems': if (Array.isArray(value) && value.length < rule) fault(`expected at least ${String(rule)} items`); break
      case 'maxItems': if (Array.isArray(value) && value.length > rule) fault(`expected at most ${String(rule)} items`); break
      case 'items': if (Array.isArray(value)) for (let i = 0; i < value.length && faults.length < MOST_FAULTS; i++) check(value[i], rule, `${pointer}/${i}`, refs, faults); break
      case 'required': if (isObject(value)) for (const name of schema.required!) if (!Object.hasOwn(value, name)) fault(`${name} is missing`); break
      case 'properties':
        if (isObject(value)) for (const [name, inner] of Object.entries(schema.properties!)) if (Object.hasOwn(value, name)) check(value[name], inner, `${pointer}/${name}`, refs, faults)
        break
      case 'additionalProperties':
        if (isObject(value) && schema.additionalProperties !== true) {
          for (const name of Object.keys(value)) {
            if (schema.properties && Object.hasOwn(schema.properties, name)) continue
            if (schema.additionalProperties === false) fault(`${name.slice(0, 60)} is not known`)
            else check(value[name], schema.additionalProperties as JsonSchema, `${pointer}/${name}`, refs, faults)
          }
        }
        break
      default: throw new Error(`unknown keyword ${String(keyword)} at ${pointer}`)
    }
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isOfType(value: unknown, type: JsonType): boolean {
  switch (type) {
    case 'null': return value === null
    case 'array': return Array.isArray(value)
    case 'object': return isObject(value)
    case 'integer': return Number.isInteger(value)
    case 'number': return typeof value === 'number' && Number.isFinite(value)
    default: return typeof value === type
  }
}

function isOfFormat(text: string, format: 'date' | 'date-time' | 'uri'): boolean {
  if (format === 'uri') return URL.canParse(text)
  const date = /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(`${text.slice(0, 10)}T00:00:00Z`).toISOString().startsWith(text.slice(0, 10))
  return date && (format === 'date' ? text.length === 10 : /^.{10}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.test(text))
}
