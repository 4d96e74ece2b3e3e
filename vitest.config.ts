import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'contracts/**'],
    // As many as there are processors: most tests wait for nothing but their own arithmetic.
    maxWorkers: '100%',
    testTimeout: 120_000,
    hookTimeout: 600_000,
  },
});
