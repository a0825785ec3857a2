import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { imports, TESTS } from './plugins.mjs'

export default defineConfig({
  plugins: [imports()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: { include: ['tests/**/*.test.ts', ...TESTS], environment: 'node' },
})
