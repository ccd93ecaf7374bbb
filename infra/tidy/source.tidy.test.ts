import { expect, test } from 'vitest';
import { PLATFORM_CHANNELS } from '../../shared/kernel/channel-order.ts';
import { ERRORS } from '../../shared/kernel/errors.ts';
import { errorFindings } from './rules/errors.ts';
import { folderFindings } from './rules/folders.ts';
import { importFindings } from './rules/imports.ts';
import { nameFindings } from './rules/names.ts';
import { purityFindings } from './rules/purity.ts';
import { sizeFindings } from './rules/sizes.ts';
import { textFindings } from './rules/text.ts';
import { typeFindings } from './rules/types.ts';
import { allFiles, isForTests, report, sources } from './source.ts';

/**
 * Habits that fail the build, over every file of the project. What a rule finds is printed as file:line and a sentence
 * that says what to do. The rules are tested in rules/rules.test.ts, each with faults planted for it.
 */
const all = sources();
const files = allFiles();

test('the rules see the project', () => {
  expect(all.length).toBeGreaterThan(200);
  expect(all.filter(({ file, program }) => file.endsWith('.ts') && program === undefined)).toEqual([]);
});

test('imports go in one direction', () => {
  expect(report(all.flatMap(importFindings))).toBe('');
});

test('domains, flows and handlers get time, randomness and the outside as arguments', () => {
  expect(report(all.flatMap(purityFindings))).toBe('');
});

test('files, handlers and parameter lists stay small', () => {
  expect(report(all.flatMap(sizeFindings))).toBe('');
});

test('nothing switches the type checker off', () => {
  expect(report(all.flatMap(typeFindings))).toBe('');
});

test('the codes that are used are the codes that are listed', () => {
  const product = all.filter(({ file }) => !file.startsWith('infra/') && !isForTests(file));
  expect(report(errorFindings(product, Object.keys(ERRORS), 'shared/kernel/errors.ts'))).toBe('');
});

test('every channel and every function has its files', () => {
  expect(report(folderFindings(files, PLATFORM_CHANNELS))).toBe('');
});

test('names are in kebab-case and say what is inside', () => {
  expect(report(files.flatMap(nameFindings))).toBe('');
});

test('nothing is left over in the source', () => {
  expect(report(all.flatMap(textFindings))).toBe('');
});
