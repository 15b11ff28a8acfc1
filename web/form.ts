/**
 * The fields of a form, as text and files; a field that is not there is ''.
 */
export class Form {
  readonly #data: FormData

  constructor(data: FormData) {
    this.#data = data
  }

  /** First value of the field, without blanks around it; line breaks are \n. */
  text(name: string): string {
    const value = this.#data.get(name)
    return typeof value === 'string' ? value.replaceAll('\r\n', '\n').trim() : ''
  }

  /** As it was sent: for passwords. */
  exact(name: string): string {
    const value = this.#data.get(name)
    return typeof value === 'string' ? value : ''
  }

  /** All values of the field that are not empty. */
  all(name: string): string[] {
    return this.#data.getAll(name).filter((value): value is string => typeof value === 'string' && value.trim() !== '').map((value) => value.trim())
  }

  /** Of all fields, each once. */
  names(): string[] {
    return [...new Set(this.#data.keys())]
  }

  has(name: string): boolean {
    return this.text(name) !== ''
  }

  /** A whole number, or undefined where there is none. */
  whole(name: string): number | undefined {
    return /^\d{1,9}$/.test(this.text(name)) ? Number(this.text(name)) : undefined
  }

  /** An uploaded file that is not empty. Its name is the sender's word and is never a path of ours. */
  file(name: string): File | undefined {
    const value = this.#data.get(name)
    return value instanceof File && value.size > 0 ? value : undefined
  }
}

/** Paths and names with one a line, or separated by ; */
export function linesOf(typed: string): string[] {
  return typed.split(/[\n;；]/).map((line) => line.trim()).filter((line) => line !== '')
}
