import { describe, expect, test } from 'vitest';
import { regionFacts } from './region-facts.ts';

describe('facts of a receiver’s region', () => {
  test.each([
    ['浙江省', '杭州市', '余杭区', { regionCode: '330110', regionStatus: 'current', routable: true }],
    ['浙江省', '杭州市', '江干区', { regionCode: '330100', regionStatus: 'ambiguous', routable: true }],
    ['江苏省', '', '鼓楼区', { regionCode: '320000', regionStatus: 'ambiguous', routable: false }],
    ['火星省', '火星市', '北区', { regionCode: '', regionStatus: 'unknown', routable: false }],
  ])('%s %s %s: routed where at least the city is certain', (province, city, district, facts) => {
    expect(regionFacts({ province, city, district })).toEqual(facts);
  });
});
