/**
 * Which test stands for which fault of the list F01 to F28: some live with the subject they are about. A test that is renamed or goes is
 * missed here.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const COVERED: Readonly<Record<string, readonly [file: string, title: string][]>> = {
  F01: [['pipelines/nightly', 'a night killed at any step and started again ends as an undisturbed one']],
  F02: [['delivery/outbox', 'killed between the answer and the mark'], ['jobs/deliver', 'a worker killed between writing and marking doubles no line']],
  F03: [['faults/crash', 'F03: of two services one is killed'], ['faults/queue', 'F03: a worker killed in the middle of a part']],
  F04: [['faults/queue', 'F04: of two workers one stands still'], ['sql/fence', 'F04: a night that stands still is overtaken']],
  F05: [['faults/queue', 'F05: the queue is emptied while a night is shared'], ['faults/queue', 'F05: a queue emptied before the worker comes'], ['jobs/deliver', 'emptying the queue in the middle loses nothing']],
  F06: [['faults/queue', 'F06: Redis is away at the start']],
  F07: [['faults/queue', 'F07: one that may drop jobs is refused']],
  F08: [['faults/queue', 'F08: one that is full refuses jobs']],
  F09: [['faults/crash', 'F09: the server is stopped at once']],
  F10: [['faults/crash', 'F10: every connection is cut again and again'], ['faults/resources', 'F10: only conflicts and lost connections']],
  F11: [['faults/resources', 'F11: on a connection that is neither open nor closed']],
  F12: [['sql/embedded', 'is gone when its keeper is killed, keeps what was committed, and starts again'], ['sql/embedded', 'is taken over, or waited for']],
  F13: [['sql/embedded', 'is started once by four processes'], ['cli/lives', 'a second writer waits and says for whom; one that may not wait ends with 3']],
  F14: [['faults/crash', 'a service that is told to stop in the middle of a night'], ['faults/crash', 'a second signal ends it at once'], ['faults/crash', 'requests at hand are answered'], ['faults/crash', 'an export that is stopped leaves no file']],
  F15: [['faults/resources', 'F15: a report and an export on a full disk'], ['faults/resources', 'F15: an import into a server whose disk is full']],
  F16: [['faults/resources', 'F16: a thread that runs out of memory ends alone'], ['faults/resources', 'F16: an import of ten times the rows']],
  F17: [['sql/migrate', 'a program killed half-way through a migration'], ['sql/migrate', 'a migration that fails leaves nothing behind'], ['sql/migrate', 'a store of a newer program is refused']],
  F18: [['faults/crash', 'F18: after a restore the ledger goes on']],
  F19: [['faults/time', 'F19: a night that is started eight times at once']],
  F20: [['jobs/schedule', 'three schedulers, restarts and doubled ticks over 30 days']],
  F21: [['faults/crash', 'F21: three nights were missed'], ['jobs/schedule', 'after an outage nights are caught up oldest first']],
  F22: [['jobs/schedule', 'in %s each date opens once, also where clocks change'], ['faults/time', 'F22: in %s the day of %s has %i hours']],
  F23: [['faults/time', 'F23: the clock of the machine jumps'], ['faults/time', 'F23: a lease that ends further ahead'], ['jobs/schedule', 'nights that a clock ahead of time entered are taken back']],
  F24: [['faults/time', 'F24: a machine whose clock is']],
  F25: [['core/office-calendar', 'the weekday holidays of 2026 are those of the State Council'], ['core/deadline', 'leap day, year end and Thanksgiving'], ['core/iso-week', 'every day lies in the week'], ['core/lunar', '春节 of each year is known']],
  F26: [['pipelines/alert-life/act', 'of two people who saw the same version one wins']],
  F27: [['faults/time', 'F27: a backfill and the night that falls due']],
  F28: [['faults/time', 'F28: tickets of a transaction that began before']],
}

test('every fault from F01 to F28 has its test', () => {
  expect(Object.keys(COVERED)).toEqual(Array.from({ length: 28 }, (_, i) => `F${String(i + 1).padStart(2, '0')}`))
  for (const [fault, tests] of Object.entries(COVERED)) {
    for (const [file, title] of tests) {
      const text = readFileSync(new URL(`../${file}.test.ts`, import.meta.url), 'utf8')
      expect(text.includes(title), `${fault}: ${file}: ${title}`).toBe(true)
    }
  }
})
