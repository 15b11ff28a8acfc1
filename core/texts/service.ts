/**
 * Words of what runs by itself: `weisu start`, `weisu worker`, `weisu backfill`.
 */
export const serviceTexts = {
  'cli.start.about': ['持续运行：到点运行夜间流程，投递通知，提供健康检查；错过的夜晚按日期补跑。', 'Keep running: nights when they are due, missed ones in order, deliveries, health checks.'],
  'cli.start.hour': ['当地几点之后运行前一天的夜间流程（默认 4）', 'local hour from which the night before is run, default 4'],
  'cli.start.threads': ['分担研判的线程数（start 默认 0：由夜间流程自己完成；worker 默认处理器数减一）', 'threads that share the judging of a night, default 0 for start, whose nights judge by themselves, and one less than processors for worker'],
  'cli.start.parts': ['一夜的研判分成几份供 weisu worker 分担（默认 1：不分）', 'parts into which the judging of a night is cut for workers to share, default 1, which shares nothing'],
  'cli.start.host': ['健康检查监听的地址（默认 127.0.0.1）', 'address of the health checks, default 127.0.0.1'],
  'cli.start.port': ['健康检查监听的端口（默认 9464；0 表示任选一个）', 'port of the health checks, default 9464; 0 takes any that is free'],
  'cli.start.no_http': ['不提供健康检查', 'no health checks'],
  'cli.start.running': ['正在运行，队列在 {backend}；健康检查：{address}。按 Ctrl-C 或发 SIGTERM 停止', 'Running, queues on {backend}; health checks at {address}. Ctrl-C or SIGTERM stops'],
  'cli.start.silent': ['正在运行，队列在 {backend}，没有健康检查。按 Ctrl-C 或发 SIGTERM 停止', 'Running, queues on {backend}, no health checks. Ctrl-C or SIGTERM stops'],
  'cli.worker.about': ['在另一台机器上分担夜间研判：需要同一个 DATABASE_URL，以及 REDIS_URL（如使用）。', 'Share the judging of nights from a further machine, with the same DATABASE_URL and, where used, REDIS_URL.'],
  'cli.backfill.about': ['按日期顺序补跑一段历史夜晚；默认不通知任何人。', 'Run the nights of a range in the past, in order; nobody is notified unless asked for.'],
  'cli.backfill.from': ['首日（YYYY-MM-DD）', 'its first day, YYYY-MM-DD'],
  'cli.backfill.to': ['末日（含）', 'its last day, included'],
  'cli.backfill.notify': ['最后一夜若是最新的，其通知照常发出', 'let the notices of the last night leave, if none after it was run'],
  'cli.backfill.withheld': ['没有发出通知', 'No notices have left'],
  'error.no_port': ['无法监听 {host}:{port}：{reason}', 'cannot listen on {host}:{port}: {reason}'],
  'error.server_gone': ['内置 PostgreSQL 已停止：请重新启动', 'the embedded PostgreSQL has ended: start again'],
  'error.fenced': ['{night} 的夜间运行已由另一次尝试接手，本次结果不予保留', 'another attempt has taken over the night of {night}; nothing of this one is kept'],
  'error.night_thread_ended': ['夜间运行的线程意外结束（{code}）', 'the thread of the night ended unexpectedly ({code})'],
} as const
