/**
 * Failures in words: `error.<code of the PipelineError>` → [zh, en]; parameters are the error's details. A code without a
 * text is told in the thrower's own English.
 */
export const errorTexts = {
  'error.disk_full': ['磁盘已满', 'the disk is full'],
  'error.no_permission': ['没有权限访问 {path}', 'no permission for {path}'],
  'error.invalid_option': ['{name} 的值“{value}”无效，应为 {expected}', 'invalid {name}: {value}, expected {expected}'],
  'error.locked': ['数据库正由 {holder} 写入；稍后再试，或用 --wait 延长等待', 'the store is being written by {holder}; try again later, or wait longer with --wait'],
  'error.no_store': ['{dataDir} 中没有数据库：用 weisu init 建立，或用 --data-dir 指定其他目录', 'no store in {dataDir}: make one with weisu init, or name another with --data-dir'],
  'error.store_empty': ['数据库中还没有工单：weisu import 文件，或 weisu demo --run', 'the store holds no tickets yet: weisu import FILE, or weisu demo --run'],
  'error.store_not_empty': ['{dataDir} 中已有工单；请用 --data-dir 指定空目录', 'the store in {dataDir} holds tickets already; name an empty --data-dir'],
  'error.data_dir_not_writable': ['无法写入 {dataDir}；请用 --data-dir 另选目录', 'cannot write {dataDir}; choose another with --data-dir'],
  'error.server_not_started': ['内置 PostgreSQL 无法启动；见日志 {log}', 'the embedded PostgreSQL did not start; its log is {log}'],
  'error.no_such_file': ['没有文件 {path}', 'no such file: {path}'],
  'error.empty_directory': ['{path} 中没有 CSV、XLSX 或 JSON lines 文件', 'no CSV, XLSX or JSON lines in {path}'],
  'error.no_night': ['还没有运行过：weisu nightly', 'no night has run yet: weisu nightly'],
  'error.no_such_night': ['{night} 没有运行过', 'night {night} has not run'],
  'error.no_such_alert': ['没有编号为 {id} 的预警：weisu alerts --all 可列出全部', 'no alert has the id {id}: weisu alerts --all lists them'],
} as const
