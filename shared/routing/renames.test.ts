import { expect, test } from 'vitest';
import { regionTable, scopeOf } from './region-table.ts';
import { FORMER_PREFECTURES, MOVED_TOWNS, RENAMES } from './renames.ts';

const { places } = regionTable();
const isRow = (key: string) => RENAMES.some(([, , scope, old]) => `${scope}/${old}` === key);

test('every successor is a present county, or a prefecture without counties', () => {
  const codes = [...RENAMES.flatMap(([, , , , to]) => to), ...Object.values(MOVED_TOWNS).flatMap((towns) => Object.keys(towns))];
  expect(codes.filter((code) => places.get(code)?.level !== 'county')).toEqual([]);
});

test('no old name is a present name of the same prefecture', () => {
  expect(RENAMES.filter(([, , scope, old]) => scopeOf(scope)?.byName.has(old) === true)).toEqual([]);
});

test('only what is divided has several successors', () => {
  expect(RENAMES.filter(([, change, , , to]) => to.length > 1 !== (change === 'divided'))).toEqual([]);
});

test('every scope is a present place or a prefecture that is gone', () => {
  const gone = FORMER_PREFECTURES.map(({ code }) => code);
  expect(RENAMES.filter(([, , scope]) => !places.has(scope) && !gone.includes(scope))).toEqual([]);
  expect(FORMER_PREFECTURES.flatMap(({ within }) => within).filter((code) => places.get(code)?.level !== 'prefecture')).toEqual([]);
});

test('moved towns belong to a present county or to a row of the table', () => {
  expect(Object.keys(MOVED_TOWNS).filter((key) => !places.has(key) && !isRow(key))).toEqual([]);
});
