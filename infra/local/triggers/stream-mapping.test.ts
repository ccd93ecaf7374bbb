import { expect, test } from 'vitest';
import { isRealChange } from './stream-mapping.ts';
import { changeSchema } from './stream-reader.ts';

const change = (eventName: string, images: object) =>
  changeSchema.parse({ eventID: '1', eventName, dynamodb: { ApproximateCreationDateTime: 0, Keys: {}, SequenceNumber: '1', ...images } });

test('a write that leaves a record as it was is no change, as on AWS', () => {
  const image = { pk: { S: 'a' }, n: { N: '1' } };
  expect(isRealChange(change('MODIFY', { OldImage: image, NewImage: { n: { N: '1' }, pk: { S: 'a' } } }))).toBe(false);
  expect(isRealChange(change('MODIFY', { OldImage: image, NewImage: { ...image, n: { N: '2' } } }))).toBe(true);
  expect(isRealChange(change('INSERT', { NewImage: image }))).toBe(true);
  expect(isRealChange(change('MODIFY', {}))).toBe(true);
});
