import { existsSync, globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import hub from '../../package.json' with { type: 'json' };
import { textFindings } from './rules/text.ts';
import { PROJECT_DIR, report } from './source.ts';

/** What a stranger reads and runs first must be true. */
const TEST_COMMAND = 'npm ci && npm test';
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('shared/docs/**/*.md', { cwd: PROJECT_DIR })].map((file) => ({ file, text: read(file) }));

test('the README and the CI run the tests by the same command', () => {
  expect(read('README.md')).toContain(TEST_COMMAND);
  expect(read('.ci/run')).toContain(TEST_COMMAND);
});

test('npm scripts that documents name exist', () => {
  const named = DOCUMENTS.flatMap(({ text }) => [...text.matchAll(/npm run ([a-z]+)/g)].map(([, name = '']) => name));
  expect(named.filter((name) => !(name in hub.scripts))).toEqual([]);
});

test('links and paths in documents lead to files', () => {
  const broken = DOCUMENTS.flatMap(({ file, text }) =>
    [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !existsSync(path.join(PROJECT_DIR, path.dirname(file), link)))
      .map((link) => `${file}: ${link}`),
  );
  expect(broken).toEqual([]);
});

test('nothing is left over in documents and settings', () => {
  const settings = ['.ci/run', 'package.json', 'tsconfig.json', 'cdk.json', '.oxlintrc.json', 'vitest.config.ts'].map((file) => ({ file, text: read(file) }));
  expect(report([...DOCUMENTS, ...settings].flatMap(textFindings))).toBe('');
});

function read(file: string): string {
  return readFileSync(path.join(PROJECT_DIR, file), 'utf8');
}
