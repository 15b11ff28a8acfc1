/**
 * Named places at which a test may kill the process, as a power cut would.
 *
 * @param killAt  from the configuration; only ever set where NODE_ENV is test
 */
export function failPoint(name: string, killAt: string | undefined): void {
  if (killAt === name) process.kill(process.pid, 'SIGKILL')
}
