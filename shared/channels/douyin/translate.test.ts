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

function expectBalanced({ amounts }: ChannelOrder): void {
  const { goodsFen, freightFen, sellerDiscountFen, platformDiscountFen, paidFen } = amounts;
  expect(goodsFen + freightFen - sellerDiscountFen - platformDiscountFen).toBe(paidFen);
}

test('the sample order is translated whole', () => {
  const answer = readDetail(detailAnswer());
  const line = { refund: 'none', cancelled: false, shippedQuantity: 0, channelWarehouse: 'WH-HZ', unitPriceFen: 1990 };
  expect(translated(answer.ok && answer.value)).toEqual({
    channelOrderId: '6931234567890123456',
    stage: 'paid',
    holds: [],
    lines: [
      { ...line, lineId: '6931234567890123457', sku: 'TS-BLK-M', title: '速干T恤', quantity: 2, paidFen: 3180 },
      { ...line, lineId: '6931234567890123458', sku: 'SH-GRY-L', title: '运动短裤', quantity: 1, paidFen: 1790 },
    ],
    amounts: { goodsFen: 5970, freightFen: 0, sellerDiscountFen: 600, platformDiscountFen: 400, paidFen: 4970 },
    receiver: {
      province: '浙江省',
      city: '杭州市',
      district: '滨江区',
      town: '长河街道',
      sealed: { name: '#fixtureName==#1', phone: '$fixtureTel==$1', detail: '##fixtureAddr==#1' },
      masked: { name: '张*', phone: '1********11', detail: '*******8号' },
    },
    createdAt: '2026-11-24T02:28:00.000Z',
    paidAt: '2026-11-24T02:30:00.000Z',
    shipBy: '2026-11-26T02:30:00.000Z',
    updatedAt: '2026-11-24T02:30:05.000Z',
    buyerNote: '请尽快发货',
  });
});

test('an order of more lines than the hub works off is read whole', () => {
  const lines = Array.from({ length: 501 }, (_, index) => ({ order_id: String(index), code: 'A', item_num: 1, origin_amount: 100, pay_amount: 100 }));
  expect(translated({ ...detail(), sku_order_list: lines }).lines).toHaveLength(501);
});

test('a detail of text only, as in the documents, gives the same order', () => {
  const asText = (value: unknown): unknown => {
    if (typeof value === 'number') return String(value);
    if (Array.isArray(value)) return value.map(asText);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asText(inner)]));
  };
  expect(translated(asText(detail()))).toEqual(translated(detail()));
});

describe('the stage', () => {
  test.each([
    [1, 1, 'unpaid', []],
    [1, 103, 'unpaid', []],
    [105, 105, 'paid', ['platform_forbids']],
    [2, 105, 'paid', ['platform_forbids']],
    [2, 2, 'paid', []],
    [101, 101, 'partly_shipped', []],
    [3, 3, 'shipped', []],
    [4, 4, 'cancelled', []],
    [5, 5, 'completed', []],
    [4, 21, 'cancelled', []],
    [4, 22, 'shipped', []],
    [4, 39, 'completed', []],
    [undefined, 2, 'paid', []],
    ['105', null, 'paid', ['platform_forbids']],
  ])('of order_status %s and main_status %s is %s with holds %j', (orderStatus, mainStatus, stage, holds) => {
    const order = translated(detailWith({ order_status: orderStatus, main_status: mainStatus }));
    expect(order.stage).toBe(stage);
    expect(order.holds).toEqual(holds);
  });

  test('of a status that nobody knows is malformed', () => {
    expect(translate(detailWith({ order_status: 77, main_status: 77 })).ok).toBe(false);
  });
});

describe('a refund of one line', () => {
  const refundWith = (status: unknown, type: unknown = 2, refundStatus: unknown = 0) =>
    translated(
      detailWith({}, { after_sale_info: { after_sale_status: status, after_sale_type: type, refund_status: refundStatus } }, 1),
    ).lines;

  test.each([
    [0, 'none'], [6, 'open'], [7, 'open'], [8, 'open'], [11, 'open'], [12, 'refunded'], [13, 'open'], [14, 'open'],
    [27, 'none'], [28, 'none'], [29, 'none'], [51, 'none'], [53, 'none'], [99, 'open'], ['6', 'open'], [null, 'none'],
  ])('of after_sale_status %s is %s, and leaves the other line alone', (status, refund) => {
    const lines = refundWith(status);
    expect(lines.map((line) => line.refund)).toEqual(['none', refund]);
  });

  test('that a buyer withdrew is none, though its refund_status still says pending', () => {
    expect(refundWith(28, 2, 1)[1]?.refund).toBe('none');
  });

  test('of a closed reverse trade follows the refund itself', () => {
    expect(refundWith(53, 2, 3)[1]?.refund).toBe('refunded');
    expect(refundWith(53, 2, 1)[1]?.refund).toBe('open');
    expect(refundWith(51, 5, 3)[1]).toMatchObject({ refund: 'refunded', cancelled: true });
  });

  test.each([3, 6, 7, 8])('that leaves the goods with the buyer (type %i) does not refund the line', (type) => {
    expect(refundWith(12, type, 3)[1]?.refund).toBe('none');
  });

  test('is complete by the main status of the line or of the order', () => {
    expect(translated(detailWith({}, { main_status: 21, order_status: 4 })).lines[0]).toMatchObject({ refund: 'refunded', cancelled: true });
    const afterShipping = translated(detailWith({ order_status: 4, main_status: 22 }, { order_status: 4 })).lines;
    expect(afterShipping[0]).toMatchObject({ refund: 'refunded', cancelled: false, shippedQuantity: 2 });
  });
});

describe('what has left', () => {
  test('is told per line by its own status', () => {
    const order = translated(detailWith({ order_status: 101 }, { order_status: 3 }));
    expect(order.lines.map((line) => line.shippedQuantity)).toEqual([2, 0]);
  });

  test('is all that is not refunded once the order says shipped', () => {
    expect(translated(detailWith({ order_status: 3 })).lines.map((line) => line.shippedQuantity)).toEqual([2, 1]);
    const order = translated(detailWith({ order_status: 3 }, { order_status: 4, main_status: 21 }));
    expect(order.lines.map((line) => line.shippedQuantity)).toEqual([0, 1]);
  });

  test('is counted from the parcels while a line is shipped in part, never above its quantity', () => {
    const parcel = (count: unknown) => ({ tracking_no: 'SF1', product_info: [{ sku_order_id: '6931234567890123457', product_count: count }] });
    const shipped = (...parcels: unknown[]) =>
      translated(detailWith({ order_status: 101, logistics_info: parcels }, { order_status: 101 })).lines[0]?.shippedQuantity;
    expect(shipped(parcel(1))).toBe(1);
    expect(shipped(parcel('1'), parcel(1))).toBe(2);
    expect(shipped(parcel(5))).toBe(2);
    expect(shipped(parcel(-5), { product_info: null }, { product_info: [{}] })).toBe(0);
  });

  test('a cancelled sub order is cancelled alone, a cancelled order in all its lines', () => {
    expect(translated(detailWith({}, { order_status: 4 })).lines.map((line) => line.cancelled)).toEqual([true, false]);
    expect(translated(detailWith({ order_status: 4 })).lines.map((line) => line.cancelled)).toEqual([true, true]);
  });
});

describe('the amounts', () => {
  test("count a talent's share as the platform's, once", () => {
    expect(translated(detail()).amounts).toMatchObject({ sellerDiscountFen: 600, platformDiscountFen: 400 });
    const byGiver = detailWith({ shop_cost_amount: undefined, platform_cost_amount: null });
    expect(translated(byGiver).amounts).toMatchObject({ sellerDiscountFen: 600, platformDiscountFen: 400 });
  });

  test('keep freight out of the lines', () => {
    const order = translated(detailWith({ post_amount: 800, pay_amount: 5770 }));
    expect(order.amounts).toEqual({ goodsFen: 5970, freightFen: 800, sellerDiscountFen: 600, platformDiscountFen: 400, paidFen: 5770 });
    expect(order.lines.map((line) => line.paidFen)).toEqual([3180, 1790]);
  });

  test('put a changed price on the seller', () => {
    const order = translated(detailWith({ modify_amount: -500, pay_amount: 4470 }));
    expect(order.amounts).toMatchObject({ sellerDiscountFen: 1100, platformDiscountFen: 400, paidFen: 4470 });
    expectBalanced(order);
  });

  test('of an order that nobody has paid are what is to be paid, and a free order is free', () => {
    expect(translated(detailWith({ order_status: 1, pay_time: 0, pay_amount: 0 })).amounts.paidFen).toBe(4970);
    expect(translated(detailWith({ pay_amount: 0 })).amounts).toMatchObject({ paidFen: 0, sellerDiscountFen: 5570 });
    expect(translated(detailWith({ pay_amount: undefined })).amounts.paidFen).toBe(4970);
  });

  test('are split by value over lines that do not tell theirs, the last taking the remainder', () => {
    const lines = translated(detailWith({ post_amount: 100, pay_amount: 5070 }, { pay_amount: undefined })).lines;
    expect(lines.map((line) => line.paidFen)).toEqual([3313, 1657]);
  });

  test('out of all range are malformed', () => {
    expect(translate(detailWith({}, { origin_amount: 99_999_999_999, item_num: 99_999 })).ok).toBe(false);
    expect(translate(detailWith({ pay_amount: 1e300 })).ok).toBe(false);
    expect(translate(detailWith({ pay_amount: '12.5' })).ok).toBe(false);
  });

  test('always balance', () => {
    const fen = fc.oneof(fc.nat(1_000_000), fc.nat(1_000_000).map(String), fc.constantFrom(null, '', undefined));
    const amounts = fc.record({ pay_amount: fen, post_amount: fen, shop_cost_amount: fen, platform_cost_amount: fen, pay_time: fen });
    const line = fc.record({ origin_amount: fen, sum_amount: fen, item_num: fc.integer({ min: 1, max: 99 }), pay_amount: fen });
    fc.assert(
      fc.property(amounts, line, (order, changed) => {
        const result = translated(detailWith(order, changed));
        expectBalanced(result);
        expect(result.amounts.goodsFen).toBe(result.lines.reduce((sum, each) => sum + each.unitPriceFen * each.quantity, 0));
      }),
    );
  });
});

describe('a line', () => {
  test("has the seller's own code, or else the nearest that there is", () => {
    const sku = (fields: Record<string, unknown>) => translated(detailWith({}, fields)).lines[0]?.sku;
    expect(sku({ code: 'A', out_sku_id: 'B', sku_id: 1 })).toBe('A');
    expect(sku({ code: ' A\t', out_sku_id: 'B', sku_id: 1 })).toBe('A');
    expect(sku({ code: ' ', out_sku_id: 'B', sku_id: 1 })).toBe('B');
    expect(sku({ code: null, out_sku_id: undefined, sku_id: '1719024557525047999' })).toBe('1719024557525047999');
  });

  test('may carry the id of its parent', () => {
    expect(translated(detailWith({}, { order_id: '6931234567890123456' })).lines[0]?.lineId).toBe('6931234567890123456');
  });

  test("names the warehouse of the seller, or else Douyin's, or none", () => {
    const warehouse = (entries: unknown) => translated(detailWith({}, { inventory_list: entries })).lines[0]?.channelWarehouse;
    expect(warehouse([{ warehouse_id: '9', out_warehouse_id: 'WH' }])).toBe('WH');
    expect(warehouse([{ warehouse_id: 9, out_warehouse_id: '' }])).toBe('9');
    for (const none of [[], null, undefined, [{}], 'x', [{ warehouse_id: '', out_warehouse_id: null }]]) expect(warehouse(none)).toBeUndefined();
  });
});

describe('what an order can do without', () => {
  test('is left out', () => {
    const bare = translated({
      order_id: '1', order_status: 2, create_time: 1_795_487_280,
      sku_order_list: [{ order_id: '2', item_num: '3', origin_amount: '100', extra: [{}] }],
    });
    expect(bare).toMatchObject({ amounts: { goodsFen: 300, paidFen: 300 }, receiver: { province: '', sealed: {}, masked: {} } });
    expect(bare.lines).toEqual([
      { lineId: '2', sku: '', title: '', quantity: 3, unitPriceFen: 100, paidFen: 300, refund: 'none', cancelled: false, shippedQuantity: 0 },
    ]);
  });

  test('may be null or of another kind', () => {
    const order = translated(
      detailWith({ post_addr: null, mask_post_addr: 5, buyer_words: null, seller_words: {}, exp_ship_time: 'soon', logistics_info: 'x', update_time: 0 }),
    );
    expect(order.receiver).toMatchObject({ province: '', city: '', district: '' });
    expect([order.buyerNote, order.sellerNote, order.shipBy, order.updatedAt]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('does not hold plain personal data, even when the platform sends it', () => {
    const order = translated(detailWith({ post_receiver: '张三', post_tel: '13800000000' }));
    expect(JSON.stringify(order)).not.toMatch(/张三|13800000000/);
  });
});

describe('a detail that makes no sense', () => {
  test.each([
    ['nothing', undefined], ['null', null], ['a list', []], ['no lines', { ...detail(), sku_order_list: undefined }],
    ['an empty list of lines', { ...detail(), sku_order_list: [] }], ['no id', detailWith({ order_id: '' })],
    ['a line without an id', detailWith({}, { order_id: null })], ['a quantity of 0', detailWith({}, { item_num: 0 })],
    ['no status', detailWith({ order_status: null, main_status: null })], ['no time at all', detailWith({ create_time: 0, pay_time: 0 })],
    ['two lines of one id', detailWith({}, { order_id: '6931234567890123458' })],
  ])('%s is malformed', (_what, source) => {
    expect(translate(source).ok).toBe(false);
  });

  test('never makes translate throw', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void translate(value)));
    const odd = fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1e11, -1e11, 99_999_999_999, '99999999999', '-99999999999'));
    const keysOf = (source: object) => fc.constantFrom(...Object.keys(source));
    const lineKeys = keysOf({ order_id: 0, item_num: 0, origin_amount: 0, sum_amount: 0, pay_amount: 0, after_sale_info: 0, inventory_list: 0 });
    fc.assert(
      fc.property(fc.dictionary(keysOf(detail()), odd), fc.dictionary(lineKeys, odd), (order, line) => void translate(detailWith(order, line))),
    );
  });
});
