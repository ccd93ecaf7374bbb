import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { yuanText } from '../../kernel/money.ts';
import { readPinduoduoDetail } from './client.ts';
import sample from './fixtures/api_order_information_get_response.json' with { type: 'json' };
import risk from './fixtures/api_order_information_get_response_risk.json' with { type: 'json' };
import { translatePinduoduo } from './translate.ts';

function translated(answer: { status: number; raw_body: string }) {
  const detail = readPinduoduoDetail({ status: answer.status, body: answer.raw_body });
  return translatePinduoduo(detail.ok ? detail.value : undefined);
}

const ITEM = { goods_id: 1, sku_id: 2, outer_id: 'A', goods_name: 'T', goods_count: 2, goods_price: 10 };
const ORDER = {
  order_sn: '261124-1',
  order_status: 1,
  confirm_status: 1,
  group_status: 1,
  refund_status: 1,
  risk_control_status: 0,
  created_time: '2026-11-24 10:28:00',
  pay_time: '2026-11-24 10:29:30',
  pay_amount: 20,
  item_list: [ITEM],
};

/** A small order with some fields changed; throws when it is malformed, so that the test shows why. */
function orderOf(change: object) {
  const result = translatePinduoduo({ ...ORDER, ...change });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

describe('the sample order', () => {
  test('becomes an order with its money, line, receiver and times', () => {
    expect(translated(sample)).toEqual({
      ok: true,
      value: {
        channelOrderId: '261124-038440825871540',
        stage: 'paid',
        holds: [],
        lines: [
          {
            lineId: '560000000001-1300000000001',
            sku: 'TS-BLK-M',
            title: '速干T恤三件装',
            quantity: 3,
            unitPriceFen: 1990,
            paidFen: 4970,
            refund: 'none',
            cancelled: false,
            shippedQuantity: 0,
          },
        ],
        amounts: { goodsFen: 5970, freightFen: 0, sellerDiscountFen: 600, platformDiscountFen: 400, paidFen: 4970 },
        receiver: {
          province: '浙江省',
          city: '杭州市',
          district: '滨江区',
          sealed: { name: '~AgAAFixtureName==~', phone: '$fixture$Phone$1$$', detail: '~AgAAFixtureAddr==~' },
          masked: { name: '张*', phone: '1********11', detail: '长河路***号' },
        },
        createdAt: '2026-11-24T02:28:00.000Z',
        paidAt: '2026-11-24T02:29:30.000Z',
        shipBy: '2026-11-26T02:30:00.000Z',
        updatedAt: '2026-11-24T02:30:05.000Z',
      },
    });
  });

  test('under review is held, and has a place but no sealed receiver', () => {
    expect(translated(risk)).toMatchObject({
      value: {
        stage: 'paid',
        holds: ['risk_review'],
        receiver: { province: '浙江省', district: '滨江区', sealed: {}, masked: {} },
      },
    });
  });
});

describe('an order', () => {
  test.each([
    ['to be shipped', {}, 'paid', []],
    ['shipped', { order_status: 2 }, 'shipped', []],
    ['signed for', { order_status: 3 }, 'completed', []],
    ['cancelled', { confirm_status: 2 }, 'cancelled', []],
    ['not paid', { confirm_status: 0, group_status: 0, pay_time: '' }, 'unpaid', []],
    ['paid in an open group', { confirm_status: 0, group_status: 0 }, 'paid', ['group_open']],
    ['confirmed while its group is open', { group_status: 0 }, 'paid', ['group_open']],
    ['not confirmed though its group succeeded', { confirm_status: 0 }, 'paid', ['group_open']],
    ['refunded before it was shipped', { refund_status: 4 }, 'cancelled', []],
    ['refunded after it was shipped', { order_status: 2, refund_status: 4 }, 'shipped', []],
    ['of a failed group', { confirm_status: 0, group_status: 2 }, 'cancelled', []],
    ['under review', { risk_control_status: 1 }, 'paid', ['risk_review']],
    ['in a review state we do not know', { risk_control_status: 9 }, 'paid', ['risk_review']],
    [
      'under review in an open group',
      { risk_control_status: 1, group_status: 0 },
      'paid',
      ['risk_review', 'group_open'],
    ],
    ['under review after it was shipped', { risk_control_status: 1, order_status: 2 }, 'shipped', []],
  ])('%s has its stage and holds', (_name, change, stage, holds) => {
    expect(orderOf(change)).toMatchObject({ stage, holds });
  });

  test.each([
    [0, 'none'],
    [1, 'none'],
    [2, 'open'],
    [3, 'open'],
    [4, 'refunded'],
    [7, 'open'],
  ])('with refund status %i has lines that are %s', (refund_status, refund) => {
    expect(orderOf({ refund_status }).lines).toMatchObject([{ refund, cancelled: false }]);
  });

  test('that is cancelled has cancelled lines, unless they were refunded', () => {
    expect(orderOf({ confirm_status: 2 }).lines).toMatchObject([{ cancelled: true, shippedQuantity: 0 }]);
    expect(orderOf({ confirm_status: 2, refund_status: 4 }).lines).toMatchObject([
      { cancelled: false, refund: 'refunded' },
    ]);
  });

  test('ships whole', () => {
    expect(orderOf({ order_status: 2 }).lines).toMatchObject([{ shippedQuantity: 2 }]);
    expect(orderOf({ order_status: 3, refund_status: 4 }).lines).toMatchObject([
      { shippedQuantity: 2, refund: 'refunded' },
    ]);
  });

  test('is read with numbers as text, and with optional fields null, missing, or new', () => {
    const asText = {
      order_status: '1',
      confirm_status: '1',
      pay_amount: '20.00',
      item_list: [{ ...ITEM, goods_id: '1', goods_count: '2', goods_price: '10' }],
    };
    const empty = {
      refund_status: null,
      group_status: null,
      risk_control_status: null,
      postage: null,
      gift_list: null,
      order_depot_info: null,
      town: null,
      new_field: 1,
    };
    expect(orderOf(asText)).toEqual(orderOf({}));
    expect(orderOf(empty)).toEqual(orderOf({}));
  });

  test('keeps notes when there are some', () => {
    expect(orderOf({ buyer_memo: '快', remark: '慢' })).toMatchObject({ buyerNote: '快', sellerNote: '慢' });
    expect(orderOf({ buyer_memo: '', remark: null })).not.toHaveProperty('buyerNote');
  });

  test.each([
    ['no id', { order_sn: '' }],
    ['an unknown status', { order_status: 8 }],
    ['no confirm status', { confirm_status: null }],
    ['no amount', { pay_amount: null }],
    ['an odd amount', { pay_amount: 19.905 }],
    ['an amount in words', { pay_amount: 'ten' }],
    ['no items', { item_list: [] }],
    ['no list of items', { item_list: null }],
    ['no time of creation', { created_time: '' }],
    ['an item of no pieces', { item_list: [{ ...ITEM, goods_count: 0 }] }],
    ['an item without a price', { item_list: [{ ...ITEM, goods_price: null }] }],
    ['an item that names no goods', { item_list: [{ ...ITEM, goods_id: null, sku_id: '' }] }],
    ['amounts beyond reason', { item_list: [{ ...ITEM, goods_price: 9_999_999_999, goods_count: 999_999_999 }] }],
  ])('with %s is malformed', (_name, change) => {
    expect(translatePinduoduo({ ...ORDER, ...change }).ok).toBe(false);
  });
});

describe('a line', () => {
  const linesOf = (...items: object[]) => orderOf({ item_list: items.map((item) => ({ ...ITEM, ...item })) }).lines;

  test('has an id of goods and SKU, with an ordinal only when the pair comes again', () => {
    expect(linesOf({}, { sku_id: 3 }, {}, {}).map((line) => line.lineId)).toEqual(['1-2', '1-3', '1-2-2', '1-2-3']);
    expect(linesOf({ goods_id: '9007199254740993', sku_id: '' }).map((line) => line.lineId)).toEqual([
      '9007199254740993-',
    ]);
  });

  test("is named by the SKU's code, else the goods' code, else the platform's id", () => {
    expect(
      linesOf(
        { outer_goods_id: 'G' },
        { outer_id: ' ', outer_goods_id: ' G ' },
        { outer_id: 6901 },
        { outer_id: null, outer_goods_id: '' },
      ).map((line) => line.sku),
    ).toEqual(['A', 'G', '6901', '2']);
  });

  test('of a gift costs nothing and is shipped like the others', () => {
    const gift = { goods_id: 1, sku_id: 2, outer_id: 'GIFT', goods_name: '赠品', goods_count: 1, goods_price: 5 };
    const { lines, amounts } = orderOf({ gift_list: [gift], order_status: 2 });
    expect(lines[1]).toMatchObject({
      lineId: '1-2-2',
      sku: 'GIFT',
      quantity: 1,
      unitPriceFen: 0,
      paidFen: 0,
      shippedQuantity: 1,
    });
    expect(amounts).toMatchObject({ goodsFen: 2000, paidFen: 2000 });
    expect(lines[0]?.paidFen).toBe(2000);
  });

  test("carries the platform's warehouse when there is one", () => {
    expect(orderOf({ order_depot_info: { depot_code: 'D', ware_sn: 'W' } }).lines[0]?.channelWarehouse).toBe('D');
    expect(orderOf({ order_depot_info: { depot_code: '', ware_sn: 'W' } }).lines[0]?.channelWarehouse).toBe('W');
    expect(orderOf({ order_depot_info: { depot_code: '', ware_sn: null } }).lines[0]).not.toHaveProperty(
      'channelWarehouse',
    );
  });
});

describe('the money of an order', () => {
  test('counts platform and free-of-interest discounts as the platform, and the rest as the seller', () => {
    const change = {
      postage: 5,
      platform_discount: 4,
      capital_free_discount: 0.5,
      seller_discount: 6,
      pay_amount: 14.5,
    };
    expect(orderOf(change).amounts).toEqual({
      goodsFen: 2000,
      freightFen: 500,
      sellerDiscountFen: 600,
      platformDiscountFen: 450,
      paidFen: 1450,
    });
  });

  test('reads doubles that carry the dust of a sum, exactly', () => {
    const change = { item_list: [{ ...ITEM, goods_price: 0.1 + 0.2, goods_count: 1 }], pay_amount: 19.9 * 3 };
    expect(orderOf(change).amounts).toMatchObject({ goodsFen: 30, paidFen: 5970 });
  });

  test('adds up, and the lines share exactly what was paid for goods, whatever the amounts', () => {
    const fen = fc.nat(10_000_000);
    const items = fc.array(fc.record({ price: fen, count: fc.integer({ min: 1, max: 99 }) }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(items, fen, fen, fen, fc.boolean(), (list, goodsPaid, freight, platform, asText) => {
        const yuan = (amountFen: number) => (asText ? yuanText(amountFen) : amountFen / 100);
        const { amounts, lines } = orderOf({
          item_list: list.map(({ price, count }) => ({ ...ITEM, goods_price: yuan(price), goods_count: count })),
          pay_amount: asText ? yuanText(goodsPaid + freight) : goodsPaid / 100 + freight / 100,
          postage: yuan(freight),
          platform_discount: yuan(platform),
        });
        expect(amounts.goodsFen).toBe(list.reduce((total, { price, count }) => total + price * count, 0));
        expect(amounts.goodsFen + amounts.freightFen - amounts.sellerDiscountFen - amounts.platformDiscountFen).toBe(
          amounts.paidFen,
        );
        expect(amounts).toMatchObject({ paidFen: goodsPaid + freight, platformDiscountFen: platform });
        expect(lines.reduce((total, line) => total + line.paidFen, 0)).toBe(goodsPaid);
        expect(new Set(lines.map((line) => line.lineId)).size).toBe(lines.length);
      }),
    );
  });
});

test('no detail makes the translation throw', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(1, 2, '1.00', 1e300, -1, '', null));
  const item = fc.record({ goods_id: value, sku_id: value, goods_count: value, goods_price: value });
  const order = fc.record({
    order_status: value,
    confirm_status: value,
    pay_amount: value,
    postage: value,
    pay_time: value,
    item_list: fc.oneof(value, fc.array(item)),
  });
  fc.assert(fc.property(order, (fields) => void translatePinduoduo({ ...ORDER, ...fields })));
  fc.assert(
    fc.property(
      item,
      (fields) => void translatePinduoduo({ ...ORDER, item_list: [ITEM, { ...ITEM, ...fields }], gift_list: [fields] }),
    ),
  );
  fc.assert(fc.property(fc.jsonValue(), (detail) => void translatePinduoduo(detail)));
});
