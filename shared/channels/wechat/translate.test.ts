import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ChannelOrder } from '../../kernel/channel-order.ts';
import { readDetail } from './client.ts';
import { detail, detailAnswer, detailWith } from './fixtures/samples.ts';
import { translate } from './translate.ts';

function translated(source: unknown): ChannelOrder {
  const order = translate(source);
  if (!order.ok) throw new Error(order.error.message);
  return order.value;
}

const PRODUCT = { product_id: '1', sku_id: '2', sku_code: 'A', sku_cnt: 2, sale_price: 1000, real_price: 1800 };

test('the sample order is translated whole', () => {
  const answer = readDetail(detailAnswer());
  const line = { refund: 'none', cancelled: false, shippedQuantity: 0, channelWarehouse: 'WH-HZ', unitPriceFen: 1990 };
  expect(translated(answer.ok && answer.value)).toEqual({
    channelOrderId: '3705115058471208928',
    stage: 'paid',
    holds: [],
    lines: [
      { ...line, lineId: '10000000000001-2000000001', sku: 'TS-BLK-M', title: '速干T恤', quantity: 2, paidFen: 3180 },
      { ...line, lineId: '10000000000002-2000000002', sku: 'SH-GRY-L', title: '运动短裤', quantity: 1, paidFen: 1790 },
    ],
    amounts: { goodsFen: 5970, freightFen: 0, sellerDiscountFen: 600, platformDiscountFen: 400, paidFen: 4970 },
    receiver: {
      province: '浙江省',
      city: '杭州市',
      district: '滨江区',
      sealed: { ewaybillOrderCode: 'fixture-ewb' },
      masked: { name: '张*', phone: '1********11', detail: '长河路****' },
    },
    createdAt: '2026-11-24T02:28:00.000Z',
    paidAt: '2026-11-24T02:30:00.000Z',
    updatedAt: '2026-11-24T02:30:05.000Z',
    buyerNote: '请尽快发货',
  });
});

test('an order of more lines than the hub works off is read whole', () => {
  const products = Array.from({ length: 501 }, (_, index) => ({ ...PRODUCT, sku_id: String(index) }));
  expect(translated(detailWith({ parts: { product_infos: products } })).lines).toHaveLength(501);
});

test('an address under review holds the order, whatever stands for "none" does not', () => {
  const answer = readDetail(detailAnswer('api_order_get_response_address_under_review.json'));
  expect(translated(answer.ok && answer.value).holds).toEqual(['address_under_review']);
  const holds = (value: unknown) => translated(detailWith({ delivery: { address_under_review: value } })).holds;
  for (const none of [null, undefined, false, 0, '']) expect(holds(none)).toEqual([]);
  for (const some of [{}, true, 1, 'x']) expect(holds(some)).toEqual(['address_under_review']);
});

test.each([
  [10, 'unpaid', []],
  [12, 'paid', ['platform_forbids']],
  [13, 'paid', ['group_open']],
  [20, 'paid', []],
  ['20', 'paid', []],
  [21, 'partly_shipped', []],
  [30, 'shipped', []],
  [100, 'completed', []],
  [190, 'cancelled', []],
  [200, 'cancelled', []],
  [250, 'cancelled', []],
])('the status %s is %s with holds %j', (status, stage, holds) => {
  const order = translated(detailWith({ order: { status } }));
  expect([order.stage, order.holds]).toEqual([stage, holds]);
  expect(order.lines.every((line) => line.cancelled === (stage === 'cancelled'))).toBe(true);
});

describe('a line', () => {
  const linesOf = (...products: unknown[]) => translated(detailWith({ parts: { product_infos: products } })).lines;

  test('is known by product and sku, and by its place where an order lists a pair twice', () => {
    const lines = linesOf(PRODUCT, { ...PRODUCT, sku_id: 3 }, PRODUCT, { ...PRODUCT, product_id: 3705115058471, is_free_gift: true });
    expect(lines.map((line) => line.lineId)).toEqual(['1-2', '1-3', '1-2-2', '3705115058471-2']);
  });

  test("has the seller's own code, or else the nearest that there is", () => {
    const lines = linesOf({ ...PRODUCT, out_sku_id: 'B' }, { ...PRODUCT, sku_code: ' ', out_sku_id: ' B' }, { ...PRODUCT, sku_code: null });
    expect(lines.map((line) => line.sku)).toEqual(['A', 'B', '2']);
  });

  test('is refunded once all its pieces are, and open while some are asked for', () => {
    const refund = (on: unknown, finished: unknown) =>
      linesOf({ ...PRODUCT, on_aftersale_sku_cnt: on, finish_aftersale_sku_cnt: finished })[0]?.refund;
    expect([refund(0, 0), refund(1, 0), refund('1', '1'), refund(0, 2), refund(1, '2'), refund(null, undefined), refund(0, 1)]).toEqual([
      'none', 'open', 'open', 'refunded', 'refunded', 'none', 'none',
    ]);
  });

  test('has no warehouse when none is named', () => {
    expect(linesOf({ ...PRODUCT, out_warehouse_id: '' })[0]).not.toHaveProperty('channelWarehouse');
  });
});

describe('what has left', () => {
  const parcel = (count: unknown) => ({ waybill_id: 'SF1', product_infos: [{ product_id: '1', sku_id: 2, product_cnt: count }] });
  const shipped = (status: number, parcels: unknown, ...products: unknown[]) =>
    translated(detailWith({ order: { status }, parts: { product_infos: products, delivery_info: { delivery_product_info: parcels } } })).lines.map(
      (line) => line.shippedQuantity,
    );

  test('is counted from the parcels, never above the quantity', () => {
    expect(shipped(21, [parcel(1)], PRODUCT)).toEqual([1]);
    expect(shipped(21, [parcel('1'), parcel(1)], PRODUCT)).toEqual([2]);
    expect(shipped(21, [parcel(9), parcel(-1), { product_infos: null }], PRODUCT)).toEqual([2]);
    expect(shipped(20, null, PRODUCT)).toEqual([0]);
  });

  test('is shared out over lines of the same pair, in their order', () => {
    expect(shipped(21, [parcel(3)], PRODUCT, PRODUCT)).toEqual([2, 1]);
  });

  test('is all that is not refunded once the order says shipped', () => {
    expect(shipped(30, [], PRODUCT, { ...PRODUCT, sku_id: 3, finish_aftersale_sku_cnt: 2 })).toEqual([2, 0]);
  });

  test('and then came back is refunded, not cancelled', () => {
    const source = detailWith({
      order: { status: 200 },
      parts: { product_infos: [{ ...PRODUCT, finish_aftersale_sku_cnt: 2 }], delivery_info: { delivery_product_info: [parcel(2)] } },
    });
    expect(translated(source).lines[0]).toMatchObject({ refund: 'refunded', cancelled: false, shippedQuantity: 2 });
  });
});

describe('the amounts', () => {
  test('keep freight out of the lines, and take a changed freight', () => {
    const order = translated(detailWith({ price: { freight: 800, order_price: 5770 } }));
    expect(order.amounts).toEqual({ goodsFen: 5970, freightFen: 800, sellerDiscountFen: 600, platformDiscountFen: 400, paidFen: 5770 });
    expect(order.lines.map((line) => line.paidFen)).toEqual([3180, 1790]);
    const changed = detailWith({ price: { freight: 800, is_change_freight: true, change_freight: 300, order_price: 5270 } });
    expect(translated(changed).amounts).toMatchObject({ freightFen: 300, sellerDiscountFen: 600 });
  });

  test('put a lowered price on the seller', () => {
    const { amounts } = translated(detailWith({ price: { change_down_price: 470, order_price: 4500 } }));
    expect(amounts).toMatchObject({ sellerDiscountFen: 1070, platformDiscountFen: 400, paidFen: 4500 });
  });

  test('of an order that nobody has paid are what is to be paid, and a free order is free', () => {
    expect(translated(detailWith({ price: { order_price: 0 }, parts: { pay_info: {} } })).amounts.paidFen).toBe(4970);
    expect(translated(detailWith({ price: { order_price: 0 } })).amounts.paidFen).toBe(0);
  });

  test('are split by value over lines that do not tell theirs', () => {
    const lines = translated(detailWith({ line: { real_price: null, estimate_price: undefined } })).lines;
    expect(lines.map((line) => line.paidFen)).toEqual([3313, 1657]);
  });

  test('out of all range are malformed', () => {
    expect(translate(detailWith({ line: { sale_price: 99_999_999_999, sku_cnt: 99_999 } })).ok).toBe(false);
    expect(translate(detailWith({ price: { order_price: 49.7 } })).ok).toBe(false);
  });

  test('always balance', () => {
    const fen = fc.oneof(fc.nat(1_000_000), fc.nat(1_000_000).map(String), fc.constantFrom(null, '', undefined));
    const price = fc.record({ order_price: fen, freight: fen, discounted_price: fen, merchant_discounted_price: fen });
    const line = fc.record({ sale_price: fen, real_price: fen, sku_cnt: fc.integer({ min: 1, max: 99 }) });
    fc.assert(
      fc.property(price, line, (prices, changed) => {
        const { amounts, lines } = translated(detailWith({ price: prices, line: changed }));
        const { goodsFen, freightFen, sellerDiscountFen, platformDiscountFen, paidFen } = amounts;
        expect(goodsFen + freightFen - sellerDiscountFen - platformDiscountFen).toBe(paidFen);
        expect(goodsFen).toBe(lines.reduce((sum, each) => sum + each.unitPriceFen * each.quantity, 0));
      }),
    );
  });
});

describe('what an order can do without', () => {
  test('is left out', () => {
    const bare = { order_id: 1, status: '20', create_time: '1795487280', order_detail: { product_infos: [PRODUCT] } };
    const order = translated(bare);
    expect(order).toMatchObject({ channelOrderId: '1', amounts: { goodsFen: 2000, paidFen: 2000 } });
    expect(order.receiver).toEqual({ province: '', city: '', district: '', sealed: {}, masked: {} });
  });

  test('may be null or of another kind', () => {
    const parts = { pay_info: null, ext_info: 5, price_info: null, delivery_info: { address_info: 'x', delivery_product_info: {} } };
    expect(translated(detailWith({ order: { update_time: 'soon' }, parts })).updatedAt).toBeUndefined();
  });

  test('does not hold plain personal data, even when the platform sends it', () => {
    const address_info = { province_name: '浙江省', user_name: '张三', tel_number: '13800000000', detail_info: '长河路8号' };
    const { receiver } = translated(detailWith({ delivery: { address_info } }));
    expect(receiver).toMatchObject({ province: '浙江省', masked: {} });
  });

  test('a deadline to ship is the earliest that is a moment', () => {
    const shipBy = (delivery_deadline: unknown) => translated(detailWith({ line: { delivery_deadline } })).shipBy;
    expect(shipBy(1_795_660_200)).toBe('2026-11-26T02:30:00.000Z');
    expect(shipBy(172_800)).toBeUndefined();
  });
});

describe('a detail that makes no sense', () => {
  test.each([
    ['nothing', undefined], ['null', null], ['no lines', detailWith({ parts: { product_infos: [] } })],
    ['no order detail', { ...detail(), order_detail: null }], ['no id', detailWith({ order: { order_id: '' } })],
    ['an unknown status', detailWith({ order: { status: 77 } })], ['no status', detailWith({ order: { status: null } })],
    ['a quantity of 0', detailWith({ line: { sku_cnt: 0 } })], ['a line without a product', detailWith({ line: { product_id: null } })],
    ['no time at all', detailWith({ order: { create_time: 0 }, parts: { pay_info: null } })],
  ])('%s is malformed', (_what, source) => {
    expect(translate(source).ok).toBe(false);
  });

  test('never makes translate throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void translate(value)));
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1e11, 99_999_999_999, '99999999999', '-99999999999'));
    const change = fc.record({
      order: fc.dictionary(fc.constantFrom('order_id', 'status', 'create_time'), odd),
      line: fc.dictionary(fc.constantFrom('product_id', 'sku_cnt', 'sale_price', 'real_price', 'finish_aftersale_sku_cnt'), odd),
      price: fc.dictionary(fc.constantFrom('order_price', 'freight', 'discounted_price', 'merchant_discounted_price'), odd),
      delivery: fc.dictionary(fc.constantFrom('address_info', 'address_under_review', 'delivery_product_info'), odd),
      parts: fc.dictionary(fc.constantFrom('pay_info', 'ext_info', 'price_info', 'delivery_info'), odd),
    });
    fc.assert(fc.property(change, (changed) => void translate(detailWith(changed))));
  });
});
