/**
 * What is in a zip file, so that a test can look at the parts of a workbook.
 */
import { inflateRawSync } from 'node:zlib'

/** Names and contents of a zip file, by its central directory. */
export function unzip(file: Buffer): [string, Buffer][] {
  const found: [string, Buffer][] = []
  for (let at = file.indexOf('PK\u0001\u0002', 0, 'latin1'); at >= 0 && file.readUInt32LE(at) === 0x02014b50;) {
    const [names, extra, comment, offset] = [file.readUInt16LE(at + 28), file.readUInt16LE(at + 30), file.readUInt16LE(at + 32), file.readUInt32LE(at + 42)]
    const from = offset + 30 + file.readUInt16LE(offset + 26) + file.readUInt16LE(offset + 28)
    const packed = file.subarray(from, from + file.readUInt32LE(at + 20))
    found.push([file.toString('utf8', at + 46, at + 46 + names), file.readUInt16LE(at + 10) === 0 ? packed : inflateRawSync(packed)])
    at += 46 + names + extra + comment
  }
  return found
}
