import { expect, test } from 'vitest';
import { wants } from './bucket-notifications.ts';

const plan = { bucket: 'files', events: ['s3:ObjectCreated:*'], prefix: 'in/', suffix: '.xml', functionName: 'f' };
const event = { bucket: 'files', key: 'in/a.xml', status: 'uploaded' as const, timestamp: 0 };

test('a notification wants changes of its bucket, kind, prefix and suffix only', () => {
  expect(wants(plan, event)).toBe(true);
  expect(wants(plan, { ...event, bucket: 'other' })).toBe(false);
  expect(wants(plan, { ...event, key: 'out/a.xml' })).toBe(false);
  expect(wants(plan, { ...event, key: 'in/a.pdf' })).toBe(false);
  expect(wants(plan, { ...event, status: 'deleted' })).toBe(false);
  expect(wants({ ...plan, events: ['s3:ObjectRemoved:Delete'] }, { ...event, status: 'deleted' })).toBe(true);
});
