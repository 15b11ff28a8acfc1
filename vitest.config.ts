import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    globalSetup: ['tests/support/global-setup.ts'],
    testTimeout: 300_000,
    hookTimeout: 120_000,
    reporters: ['default', './tests/support/closing-line.ts'],
    pool: 'forks',
    maxWorkers: 2,
    env: { NODE_ENV: 'test', NO_COLOR: '1', WEISU_LANG: 'en' },
  },
})
