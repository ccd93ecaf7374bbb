import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { yuanText } from '../../kernel/money.ts';
import { readTaobaoDetail } from './client.ts';
import county from './fixtures/api_trade_fullinfo_get_response_county_level_city.json' with { type: 'json' };
import sample from './fixtures/api_trade_fullinfo_get_response.json' with { type: 'json' };
import { translateTaobao } from './translate.ts';

function translated(answer: { status: number; raw_body: string }) {
  const detail = readTaobaoDetail({ status: answer.status, body: answer.raw_body });
  return translateTaobao(detail.ok ? detail.value : undefined);
}

const LINE = {
  oid: '11',
  status: 'WAIT_SELLER_SEND_GOODS',
  title: 'T',
  num: 2,
  price: '10.00',
  sku_id: 's',
  refund_status: 'NO_REFUND',
};
const TRADE = {
  tid: '1',
  status: 'WAIT_SELLER_SEND_GOODS',
  payment: '20.00',
  created: '2026-11-24 10:28:00',
  orders: [LINE],
};

/** The order of a small trade with some fields changed; throws when it is malformed, so that the test shows why. */
function orderOf(trade: object, line: object = {}) {
  const result = translateTaobao({ ...TRADE, orders: [{ ...LINE, ...line }], ...trade });
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}
const lineOf = (line: object, trade: object = {}) => orderOf(trade, line).lines[0];

describe('the sample trade', () => {
  test('becomes an order with its money, lines, receiver and times', () => {
    const line = { title: '速干T恤', refund: 'none', cancelled: false, shippedQuantity: 0, unitPriceFen: 1990 };
    expect(translated(sample)).toEqual({
      ok: true,
      value: {
        channelOrderId: '4005312345678901234',
        stage: 'paid',
        holds: [],
        lines: [
          { ...line, lineId: '4005312345678911234', sku: 'TS-BLK-M', quantity: 2, paidFen: 3180 },
          { ...line, lineId: '4005312345678921234', sku: 'SH-GRY-L', title: '运动短裤', quantity: 1, paidFen: 1790 },
        ],
        amounts: { goodsFen: 5970, freightFen: 0, sellerDiscountFen: 600, platformDiscountFen: 400, paidFen: 4970 },
        receiver: {
          province: '浙江省',
          city: '杭州市',
          district: '滨江区',
          town: '长河街道',
          sealed: { oaid: 'fixtureOaid0000000000000000' },
          masked: { name: '张**', phone: '*******1111', detail: '长河路***号' },
        },
        createdAt: '2026-11-24T02:28:00.000Z',
        paidAt: '2026-11-24T02:30:00.000Z',
        updatedAt: '2026-11-24T02:30:05.000Z',
        buyerNote: '请尽快发货',
      },
    });
  });

  test('of a county-level city keeps the empty city and names the district', () => {
    expect(translated(county)).toMatchObject({
      value: { receiver: { province: '河南省', city: '', district: '济源市', town: '沁园街道' } },
    });
  });
});

describe('a trade', () => {
  test.each([
    ['TRADE_NO_CREATE_PAY', 'unpaid'],
    ['WAIT_BUYER_PAY', 'unpaid'],
    ['PAY_PENDING', 'unpaid'],
    ['WAIT_SELLER_SEND_GOODS', 'paid'],
    ['PAID_FORBID_CONSIGN', 'paid'],
    ['SELLER_CONSIGNED_PART', 'partly_shipped'],
    ['WAIT_BUYER_CONFIRM_GOODS', 'shipped'],
    ['TRADE_BUYER_SIGNED', 'shipped'],
    ['TRADE_FINISHED', 'completed'],
    ['TRADE_CLOSED', 'cancelled'],
    ['TRADE_CLOSED_BY_TAOBAO', 'cancelled'],
  ])('in %s is %s', (status, stage) => {
    expect(orderOf({ status }).stage).toBe(stage);
    expect(orderOf({ status }).holds).toEqual(status === 'PAID_FORBID_CONSIGN' ? ['platform_forbids'] : []);
  });

  test('is read from nested and from simplified lists', () => {
    const promotion = { promotion_name: '平台红包', promotion_id: 'x', discount_fee: '1.00' };
    const nested = {
      payment: '19.00',
      orders: { order: [LINE] },
      promotion_details: { promotion_detail: [promotion] },
    };
    expect(orderOf(nested)).toEqual(orderOf({ payment: '19.00', promotion_details: [promotion] }));
    expect(orderOf(nested).amounts.platformDiscountFen).toBe(100);
  });

  test('is read with optional fields null, missing, or new', () => {
    const empty = {
      pay_time: null,
      modified: '',
      post_fee: null,
      promotion_details: null,
      oaid: null,
      new_field: {},
      receiver_town: null,
    };
    expect(orderOf(empty)).toEqual(orderOf({}));
    expect(orderOf({ promotion_details: {} })).toEqual(orderOf({}));
    expect(Object.values(orderOf(empty))).not.toContain(undefined);
  });

  test('prefers the ids given as text', () => {
    expect(orderOf({ tid: '9', tid_str: '4005312345678901234' }).channelOrderId).toBe('4005312345678901234');
    expect(lineOf({ oid: 12, oid_str: '13' })?.lineId).toBe('13');
    expect(lineOf({ oid: 12 })?.lineId).toBe('12');
  });

  test('does not take in personal data that is not masked', () => {
    expect(
      orderOf({ receiver_name: '张三', receiver_mobile: '', receiver_phone: '010-****', receiver_address: '路1号' })
        .receiver.masked,
    ).toEqual({
      phone: '010-****',
    });
  });

  test.each([
    ['no status', { status: undefined }],
    ['an unknown status', { status: 'NEW' }],
    ['no orders', { orders: undefined }],
    ['an empty list of orders', { orders: [] }],
    ['no payment', { payment: '' }],
    ['an odd payment', { payment: '1.005' }],
    ['a negative payment', { payment: '-1.00' }],
    ['no time of creation', { created: 'soon' }],
    ['no id', { tid: '' }],
    ['a line without an id', { orders: [{ ...LINE, oid: null }] }],
    ['a line of no pieces', { orders: [{ ...LINE, num: 0 }] }],
    ['a line without a price', { orders: [{ ...LINE, price: null }] }],
    ['amounts beyond reason', { orders: [{ ...LINE, price: '9999999999.00', num: 999_999_999 }] }],
  ])('with %s is malformed', (_name, change) => {
    expect(translateTaobao({ ...TRADE, ...change }).ok).toBe(false);
  });
});

describe('a line', () => {
  test('is named by the code on the SKU, else on the item, else by the platform', () => {
    expect(lineOf({ outer_sku_id: 'a', outer_iid: 'b' })?.sku).toBe('a');
    expect(lineOf({ outer_sku_id: ' ', outer_iid: ' b ' })?.sku).toBe('b');
    expect(lineOf({ outer_sku_id: 6901 })?.sku).toBe('6901');
    expect(lineOf({ outer_iid: null, sku_id: 5000000000001 })?.sku).toBe('5000000000001');
    expect(lineOf({ outer_iid: '', sku_id: null, num_iid: 680000000001 })?.sku).toBe('680000000001');
  });

  test.each([
    ['WAIT_SELLER_AGREE', 'open'],
    ['WAIT_BUYER_RETURN_GOODS', 'open'],
    ['WAIT_SELLER_CONFIRM_GOODS', 'open'],
    ['SELLER_REFUSE_BUYER', 'open'],
    ['NEW_STATE', 'open'],
    ['SUCCESS', 'refunded'],
    ['CLOSED', 'none'],
    ['NO_REFUND', 'none'],
    ['', 'none'],
  ])('with the refund status %s is %s', (refund_status, refund) => {
    expect(lineOf({ refund_status })?.refund).toBe(refund);
  });

  test('that is closed is cancelled, unless it was refunded', () => {
    expect(lineOf({ status: 'TRADE_CLOSED_BY_TAOBAO' })).toMatchObject({ cancelled: true, refund: 'none' });
    expect(lineOf({ status: 'TRADE_CLOSED' })).toMatchObject({ cancelled: true, shippedQuantity: 0 });
    expect(lineOf({ status: 'TRADE_CLOSED', refund_status: 'SUCCESS' })).toMatchObject({
      cancelled: false,
      refund: 'refunded',
    });
  });

  test.each([
    ['WAIT_SELLER_SEND_GOODS', 0],
    ['WAIT_BUYER_CONFIRM_GOODS', 2],
    ['TRADE_BUYER_SIGNED', 2],
    ['TRADE_FINISHED', 2],
    ['TRADE_CLOSED', 0],
  ])('in %s has shipped %i', (status, shippedQuantity) => {
    expect(lineOf({ status }, { status: 'SELLER_CONSIGNED_PART' })?.shippedQuantity).toBe(shippedQuantity);
  });

  test('that was closed after its parcel left still counts as shipped', () => {
    expect(lineOf({ status: 'TRADE_CLOSED', refund_status: 'SUCCESS', invoice_no: 'SF1' })?.shippedQuantity).toBe(2);
  });

  test("carries the platform's warehouse when there is one", () => {
    expect(lineOf({ store_code: 'WH1' })?.channelWarehouse).toBe('WH1');
    expect(lineOf({ store_code: '' })).not.toHaveProperty('channelWarehouse');
  });

  test('without a divided fee shares what the others leave of the payment for goods, by value', () => {
    const orders = [
      { ...LINE, divide_order_fee: '5.00' },
      { ...LINE, oid: '12', price: '1.00', num: 1 },
      { ...LINE, oid: '13', price: '2.00', num: 1 },
    ];
    expect(orderOf({ payment: '17.00', post_fee: '2.00', orders }).lines.map((line) => line.paidFen)).toEqual([
      500, 333, 667,
    ]);
  });

  test('without a divided fee costs nothing when the others already took the whole payment', () => {
    const orders = [
      { ...LINE, divide_order_fee: '25.00' },
      { ...LINE, oid: '12' },
    ];
    expect(orderOf({ payment: '20.00', orders }).lines.map((line) => line.paidFen)).toEqual([2500, 0]);
  });
});

describe('the money of a trade', () => {
  const promotions = (...details: (readonly [string, string, string])[]) => ({
    promotion_details: details.map(([promotion_name, promotion_id, discount_fee]) => ({
      promotion_name,
      promotion_id,
      discount_fee,
    })),
  });
  test.each([
    ['平台红包', 'x', 300],
    ['天猫满减券', 'x', 300],
    ['淘宝红包', 'x', 300],
    ['神秘优惠', 'hb-9', 300],
    ['店铺满减', 'mjs-1', 0],
    ['店铺红包', 'x', 0],
    ['跨店满减', 'x', 0],
    ['', '', 0],
  ])('counts %s (%s) as %i fen of the platform', (name, id, platformDiscountFen) => {
    const { amounts } = orderOf({ payment: '15.00', ...promotions([name, id, '3.00']) });
    expect(amounts).toMatchObject({ platformDiscountFen, sellerDiscountFen: 500 - platformDiscountFen });
  });

  test('never gives the platform more than the whole reduction', () => {
    const { amounts } = orderOf({ payment: '19.00', ...promotions(['平台红包', 'x', '3.00']) });
    expect(amounts).toMatchObject({ platformDiscountFen: 100, sellerDiscountFen: 0 });
  });

  test('adds up, and the lines share exactly what was paid for goods, whatever the amounts', () => {
    const fen = fc.nat(1_000_000);
    const lines = fc.array(fc.record({ price: fen, num: fc.integer({ min: 1, max: 99 }) }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(lines, fen, fen, fen, (items, freight, goodsPaid, platform) => {
        const order = orderOf({
          payment: yuanText(goodsPaid + freight),
          post_fee: yuanText(freight),
          orders: items.map(({ price, num }, index) => ({ ...LINE, oid: index + 1, price: yuanText(price), num })),
          ...promotions(['平台红包', 'x', yuanText(platform)]),
        });
        const { goodsFen, freightFen, sellerDiscountFen, platformDiscountFen, paidFen } = order.amounts;
        expect(goodsFen + freightFen - sellerDiscountFen - platformDiscountFen).toBe(paidFen);
        expect(paidFen).toBe(goodsPaid + freight);
        expect(order.lines.reduce((total, line) => total + line.paidFen, 0)).toBe(goodsPaid);
      }),
    );
  });
});

test('no detail makes the translation throw', () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom('1.00', 'TRADE_CLOSED', 1e300, -1, '', null));
  const line = fc.record({
    oid: value,
    num: value,
    price: value,
    divide_order_fee: value,
    status: value,
    store_code: value,
  });
  const trade = fc.record({
    tid: value,
    status: value,
    payment: value,
    post_fee: value,
    orders: fc.oneof(value, fc.array(line)),
  });
  fc.assert(fc.property(trade, (fields) => void translateTaobao({ ...TRADE, ...fields })));
  fc.assert(fc.property(line, (fields) => void translateTaobao({ ...TRADE, orders: [LINE, { ...LINE, ...fields }] })));
  fc.assert(fc.property(fc.jsonValue(), (detail) => void translateTaobao(detail)));
});
