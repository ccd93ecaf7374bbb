import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeDataDirectory } from './data-directory.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'shuniu-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a directory belongs to one hub at a time', () => {
  const first = takeDataDirectory(folder, false);
  expect(() => takeDataDirectory(folder, false)).toThrow(new RegExp(`process ${process.pid}`));
  first.release();
  takeDataDirectory(folder, false).release();
});

test('a directory that another hub holds is not emptied', () => {
  const first = takeDataDirectory(folder, false);
  writeFileSync(first.file('secrets.json'), '{}');
  expect(() => takeDataDirectory(folder, true)).toThrow(/another hub/);
  expect(existsSync(first.file('secrets.json'))).toBe(true);
  first.release();
});

test('emptying removes what a hub writes, and nothing else', () => {
  for (const name of ['dynamodb.db', 'dynamodb.db-wal', 'secrets.json', 'hub.log', 'endpoints.json', 'thesis.txt']) {
    writeFileSync(path.join(folder, name), '');
  }
  takeDataDirectory(folder, true).release();
  expect(readdirSync(folder).filter((name) => !name.startsWith('hub.'))).toEqual(['thesis.txt']);
});
