import { defineConfig } from 'vitest/config';

/** One project per kind of test, so that each can be run alone; see CONTRIBUTING.md. */
const kinds = {
  unit: ['shared/**/*.test.ts', 'functions/**/*.test.ts', 'infra/**/*.test.ts'],
  contract: ['**/*.contract.test.ts'],
  journeys: ['infra/journeys/**/*.journey.test.ts'],
  browser: ['infra/journeys/**/*.browser.test.ts'],
  tidy: ['infra/tidy/**/*.tidy.test.ts'],
};
const special = ['**/*.contract.test.ts', '**/*.journey.test.ts', '**/*.browser.test.ts', '**/*.tidy.test.ts'];

export default defineConfig({
  test: {
    projects: Object.entries(kinds).map(([name, include]) => ({
      test: {
        name,
        include,
        exclude: ['node_modules/**', 'dist/**', 'cdk.out/**', '.shuniu/**', ...(name === 'unit' ? special : [])],
        testTimeout: name === 'unit' ? 20_000 : 120_000,
        hookTimeout: 60_000,
        fileParallelism: name === 'unit' || name === 'contract',
      },
    })),
  },
});
