/**
 * Compiles the AssemblyScript of models/scan. `node tests/support/compile-kernel.ts` writes every NAME.as.ts into NAME-wasm.ts;
 * the tests compile again and compare.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The part of the compiler's interface that is used. Its own types would declare a poorer `console` for the whole project. */
interface Compiler {
  main(args: string[], files: {
    readFile: (path: string) => string | null
    writeFile: (path: string, contents: string | Uint8Array) => void
    listFiles: () => string[]
  }): Promise<{ error: Error | null, stderr: { toString(): string } }>
}

const COMPILER: string = 'assemblyscript/asc'
const FOLDER = fileURLToPath(new URL('../../models/scan/', import.meta.url))

/** The module's bytes in base64. */
export async function compileKernel(name: string): Promise<string> {
  const file = `${name}.as.ts`
  const source = readFileSync(`${FOLDER}${file}`, 'utf8')
  let bytes: Uint8Array | undefined
  const { default: asc } = await import(COMPILER) as { default: Compiler }
  const { error, stderr } = await asc.main([file, '-O3', '--runtime', 'stub', '--enable', 'simd', '--outFile', 'out.wasm'], {
    readFile: (path) => (path === file ? source : null),
    writeFile: (_, contents) => { bytes = contents as Uint8Array },
    listFiles: () => [],
  })
  if (error || !bytes) throw new Error(`${file} does not compile: ${stderr.toString()}`, { cause: error })
  return Buffer.from(bytes).toString('base64')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const file of readdirSync(FOLDER).filter((path) => path.endsWith('.as.ts'))) {
    const name = file.slice(0, -'.as.ts'.length)
    const module = `/** Generated from ${file} by \`node tests/support/compile-kernel.ts\`. */\nexport const ${name.toUpperCase()}_BASE64 = '${await compileKernel(name)}'\n`
    writeFileSync(`${FOLDER}${name}-wasm.ts`, module)
  }
}
