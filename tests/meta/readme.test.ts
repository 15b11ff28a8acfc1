import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { CommanderError } from 'commander'
import { expect, test } from 'vitest'
import { createProgram } from '../../cli/program.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const FILES = ['README.md', 'docs/cli.md']

interface Line { file: string, line: string }

/** Command lines in code blocks and in `inline code`. */
const lines: Line[] = FILES.filter((file) => existsSync(`${ROOT}${file}`)).flatMap((file) => {
  const text = readFileSync(`${ROOT}${file}`, 'utf8')
  const blocks = [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```/gm)].filter((match) => ['', 'sh', 'bash', 'console'].includes(match[1]!))
  const inBlocks = blocks.flatMap((match) => match[2]!.split('\n')).map((line) => line.trim().replace(/^\$ /, ''))
  const inline = [...text.replace(/^```[\s\S]*?^```/gm, '').matchAll(/`((?:\.\/)?weisu [^`]+)`/g)].map((match) => match[1]!)
  return [...inBlocks, ...inline].flatMap((line) => commandsOf(line)).map((line) => ({ file, line }))
})

/** The weisu commands of a line: pipes, redirections and comments are the shell's. */
function commandsOf(line: string): string[] {
  return line.replace(/\s#\s.*$/, '').split(/&&|\|\||;|\|(?![a-z]+[>\]])/).map((part) => part.trim().replace(/\s[12]?>.*$/, ''))
    .filter((part) => /^(\.\/)?weisu(\s|$)/.test(part))
}

/** Throws what commander throws at a person; the command itself does not run. */
async function parse(line: string): Promise<void> {
  const words = [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? match[3]!).slice(1)
  const program = createProgram({ locale: 'en', run: async () => {} }, '0')
  for (const command of [program, ...program.commands]) command.configureOutput({ writeOut: () => {}, writeErr: () => {} })
  try {
    await program.parseAsync(words, { from: 'user' })
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode !== 0) throw error
  }
}

test('the documents show commands', () => {
  expect(FILES.filter((file) => !lines.some((line) => line.file === file))).toEqual([])
  expect(lines.length).toBeGreaterThan(15)
})

test.each(lines.map(({ file, line }) => [file, line]))('%s: %s', async (_, line) => {
  await parse(line.replace(/\b(ID|NIGHT)\b/g, '2026-11-22').replace(/\b(A|B|D|DATE)\b(?!\.)/g, '2026-11-22').replace(/\bN\b/g, '1'))
})

test('every command and every flag is documented', () => {
  const text = readFileSync(`${ROOT}docs/cli.md`, 'utf8')
  const program = createProgram({ locale: 'en', run: async () => {} }, '0')
  const missing = program.commands.filter((command) => command.name() !== 'help').flatMap((command) => {
    const flags = [command, ...command.commands].flatMap((part) => part.options).map((option) => option.long!).filter((flag) => !text.includes(flag))
    return [...(text.includes(`## weisu ${command.name()}`) ? [] : [command.name()]), ...flags]
  })
  expect(missing).toEqual([])
  expect(program.options.map((option) => option.long!).filter((flag) => !text.includes(flag))).toEqual([])
})

test('the readme names the test command', () => {
  expect(readFileSync(`${ROOT}README.md`, 'utf8')).toContain('npm ci && npm test')
})
