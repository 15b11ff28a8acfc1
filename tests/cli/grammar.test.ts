import { describe, expect, test } from 'vitest'
import { createProgram } from '../../cli/program.ts'
import { localeOf } from '../../cli/command.ts'
import { weisu } from './weisu.ts'

const program = createProgram({ locale: 'en', run: async () => {} }, '0')
const names = program.commands.map((command) => command.name())

test('the commands of the first release are there', () => {
  expect(names).toEqual(expect.arrayContaining(['init', 'import', 'nightly', 'alerts', 'report', 'runs', 'sources', 'doctor', 'demo', 'export']))
})

describe.each(['en', 'zh'] as const)('help in %s', (locale) => {
  test.each(names)('%s begins with an example and shows the global flags', async (name) => {
    const { code, stdout, stderr } = await weisu([name, '--help', '--lang', locale])
    expect(code).toBe(0)
    expect(stderr).toBe('')
    expect(stdout.startsWith(locale === 'zh' ? '示例：\n  weisu' : 'Examples:\n  weisu')).toBe(true)
    expect(stdout).toContain(`weisu ${name}`)
    for (const flag of ['--data-dir', '--lang', '--json', '--no-color', '--quiet']) expect(stdout).toContain(flag)
    expect(stdout.includes('[options]')).toBe(locale === 'en')
    expect(/\p{Script=Han}/u.test(stdout.replaceAll('单号', '').replaceAll('来电时间', ''))).toBe(locale === 'zh')
  })
})

test('no command at all is a usage error that shows the help', async () => {
  const { code, stdout, stderr } = await weisu([])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain('Commands:')
})

test.each([
  [['alrts'], 'Did you mean alerts?'],
  [['alerts', '--jsno'], 'Did you mean --json?'],
  [['nightly', '--date', '2026-02-30'], 'a date as YYYY-MM-DD'],
  [['nightly', '--date'], 'needs a value'],
  [['nightly', '--date', '2026-01-01', '--from', '2026-01-01'], 'not both'],
  [['nightly', '--until', '2026-01-01'], 'together with --from'],
  [['nightly', '--from', '2026-01-02', '--until', '2026-01-01'], 'not before'],
  [['runs', '--limit', 'ten'], 'a whole number'],
  [['runs', 'show'], 'a date as YYYY-MM-DD'],
  [['export', 'counts', '--from', '2026-01-02', '--until', '2026-01-01'], 'not before --from'],
  [['import'], 'missing argument path'],
  [['import', 'x.csv', '--map', 'ticket_no'], 'field=column'],
  [['import', 'x.csv', '--recorded', 'never'], 'auto, accepted, arrival'],
  [['export', 'tickets'], 'counts'],
  [['export', 'counts', '--format', 'xml'], 'arrow, parquet, csv'],
  [['report', '--out', '/'], 'it is a directory'],
  [['init', '--lang', 'fr'], 'zh-CN or en'],
  [['init', 'extra'], 'too many arguments'],
])('%j is a usage error: %s', async (args, message) => {
  const { code, stdout, stderr } = await weisu([...args, '--data-dir', '/nonexistent/weisu'])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

test('complaints are in Chinese when asked for', async () => {
  const { code, stderr } = await weisu(['--lang', 'zh-CN', 'alrts'])
  expect(code).toBe(2)
  expect(stderr).toMatch(/没有命令“alrts”\n是否想输入 alerts？/)
})

test.each([
  [['alerts', 'show', 'a', 'b'], 'alerts：“show a b”无效，应为一个预警编号'],
  [['runs', 'show', 'xx'], '日期：“xx”无效，应为 YYYY-MM-DD 格式的日期'],
  [['export', 'counts', '--out', 'x.foo'], '应为以 .arrow、.parquet、.csv 结尾的文件名'],
  [['demo', '--params', '/'], '城市参数文件 / 无法读取'],
])('what the layers below complain of in English is Chinese too: %j', async (args, message) => {
  const { code, stderr } = await weisu([...args, '--lang', 'zh', '--data-dir', '/nonexistent/weisu'])
  expect([code === 2 || code === 4, stderr]).toEqual([true, expect.stringContaining(message)])
})

test('the language comes from the flag, then the environment', () => {
  expect(localeOf(['alerts', '--lang', 'zh'])).toBe('zh')
  expect(localeOf(['--lang=en', 'alerts'])).toBe('en')
  expect(localeOf(['import', '--', '--lang', 'zh'])).toBe('en')
})

test('LANG chooses Chinese where nothing else says otherwise', async () => {
  const { stdout } = await weisu(['--help'], { env: { WEISU_LANG: '', LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_CN.UTF-8' } })
  expect(stdout).toContain('命令：')
})
