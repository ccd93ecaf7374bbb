import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { detailOfPlaced, placeOrderSchema } from './place.ts';

const NOW = '2026-11-24T02:00:00.000Z';
const LINE = { lineId: '1', sku: 'TS', quantity: 2, unitPriceFen: 1_000 };
const BODY = { channel: 'offline', channelOrderId: 'A-1', lines: [LINE], receiver: { province: '浙江省', city: '杭州市', district: '滨江区' } };

function placed(change: object) {
  return detailOfPlaced(placeOrderSchema.parse({ ...BODY, ...change }), NOW);
}

function isAccepted(change: object): boolean {
  return placeOrderSchema.safeParse({ ...BODY, ...change }).success;
}

test('what the hub finds itself may be sent back, and is not read', () => {
  const readBack = { lines: [{ ...LINE, status: 'shipped' }], receiver: { ...BODY.receiver, regionCode: '110101', regionStatus: 'moved' } };
  expect(placed(readBack)).toEqual(placed({}));
});

describe('amounts', () => {
  test('follow from the lines when none are given', () => {
    expect(placed({})).toMatchObject({ ok: true, value: { amounts: { goodsFen: 2_000, freightFen: 0, sellerDiscountFen: 0, platformDiscountFen: 0, paidFen: 2_000 }, lines: [{ paidFen: 2_000, title: 'TS' }] } });
  });

  test('leave what nobody explains to the seller’s discount', () => {
    expect(placed({ amounts: { freightFen: 500, paidFen: 2_300 } })).toMatchObject({ ok: true, value: { amounts: { goodsFen: 2_000, freightFen: 500, sellerDiscountFen: 200, paidFen: 2_300 } } });
  });

  test('always add up, and lines add up to what was paid without freight', () => {
    const line = fc.record({ quantity: fc.integer({ min: 1, max: 1_000 }), unitPriceFen: fc.nat(1_000_000) });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 20 }), fc.nat(10_000), fc.nat(100), (lines, freightFen, percent) => {
        const goods = lines.reduce((sum, { quantity, unitPriceFen }) => sum + quantity * unitPriceFen, 0);
        const order = placed({ lines: lines.map((each, index) => ({ ...each, lineId: String(index), sku: 'TS' })), amounts: { freightFen, sellerDiscountFen: Math.floor((goods * percent) / 100) } });
        if (!order.ok) throw new Error(order.error.code);
        const { amounts } = order.value;
        expect(amounts.paidFen).toBe(amounts.goodsFen + amounts.freightFen - amounts.sellerDiscountFen - amounts.platformDiscountFen);
        expect(order.value.lines.reduce((sum, { paidFen }) => sum + paidFen, 0)).toBe(amounts.paidFen - amounts.freightFen);
        expect(order.value.lines.every(({ paidFen }) => paidFen >= 0)).toBe(true);
      }),
    );
  });

  test.each([
    ['goods that are not the lines', { goodsFen: 1_999 }, 'amounts.goodsFen'],
    ['a sum that does not hold', { goodsFen: 2_000, freightFen: 0, sellerDiscountFen: 0, platformDiscountFen: 0, paidFen: 1_999 }, 'amounts.paidFen'],
    ['more paid than asked', { paidFen: 2_001 }, 'amounts.sellerDiscountFen'],
    ['a discount above the price', { sellerDiscountFen: 2_001 }, 'amounts.paidFen'],
  ])('with %s are refused', (_case, amounts, path) => {
    expect(placed({ amounts })).toMatchObject({ ok: false, error: { code: 'invalid_input', fields: [{ path }] } });
  });

  test('too large to be exact are refused, not stored', () => {
    expect(placed({ lines: [{ ...LINE, quantity: 1_000_000, unitPriceFen: 100_000_000_000 }] })).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
  });

  test('keep what the caller says of a line', () => {
    expect(placed({ lines: [{ ...LINE, paidFen: 1_500 }, { ...LINE, lineId: '2' }] })).toMatchObject({ ok: true, value: { lines: [{ paidFen: 1_500 }, { paidFen: 2_000 }] } });
  });
});

describe('lines', () => {
  test('with one id twice are refused, also when they differ in spaces', () => {
    expect(placed({ lines: [LINE, { ...LINE, lineId: ' 1 ' }] })).toMatchObject({ ok: false, error: { code: 'invalid_input', fields: [{ path: 'lines' }] } });
  });

  test.each([[500, true], [501, false]])('%d of them: %s', (count, isOk) => {
    const order = placed({ lines: Array.from({ length: count }, (_, index) => ({ ...LINE, lineId: String(index) })) });
    expect(order.ok ? true : order.error.code).toBe(isOk ? true : 'too_many_lines');
  });
});

describe('times', () => {
  test.each([
    ['2026-11-24T10:00:00+08:00', '2026-11-24T02:00:00.000Z'],
    ['2026-11-24T02:00:00Z', '2026-11-24T02:00:00.000Z'],
    ['2026-11-23T23:00:00.5-03:00', '2026-11-24T02:00:00.500Z'],
  ])('%s is kept as %s', (paidAt, iso) => {
    expect(placed({ paidAt, shipBy: paidAt })).toMatchObject({ ok: true, value: { paidAt: iso, shipBy: iso } });
  });

  test('left out mean paid now', () => {
    expect(placed({})).toMatchObject({ ok: true, value: { stage: 'paid', paidAt: NOW, createdAt: NOW } });
  });
});

test.each([
  ['an unknown field', { note: 'x' }],
  ['an unknown field of a line', { lines: [{ ...LINE, color: 'red' }] }],
  ['an unknown amount', { amounts: { taxFen: 1 } }],
  ['a negative amount', { amounts: { freightFen: -1 } }],
  ['a fraction of a fen', { lines: [{ ...LINE, unitPriceFen: 0.5 }] }],
  ['no lines', { lines: [] }],
  ['nothing of a line', { lines: [{ ...LINE, quantity: 0 }] }],
  ['a quantity in text', { lines: [{ ...LINE, quantity: '2' }] }],
  ['a platform’s channel', { channel: 'douyin' }],
  ['an id of 65 characters', { channelOrderId: 'x'.repeat(65) }],
  ['an id of too many bytes', { channelOrderId: '单'.repeat(33) }],
  ['an id that is no Unicode', { channelOrderId: '\uD800' }],
  ['an empty id', { channelOrderId: '  ' }],
  ['a day without time', { paidAt: '2026-11-24' }],
  ['a time without offset', { paidAt: '2026-11-24T02:00:00' }],
  ['a day that is none', { paidAt: '2026-02-30T02:00:00Z' }],
  ['no province', { receiver: { ...BODY.receiver, province: '' } }],
])('%s is refused', (_case, change) => {
  expect(isAccepted(change)).toBe(false);
});

test.each([['单'.repeat(32)], ['订单-🎁-001'], ['a.b/c?d=e&f#g~h'], ['x'.repeat(64)]])('%s is an order id', (channelOrderId) => {
  expect(isAccepted({ channelOrderId })).toBe(true);
});
