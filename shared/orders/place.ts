import * as z from 'zod';
import type { Amounts, ChannelOrder } from '../kernel/channel-order.ts';
import { splitFen } from '../kernel/money.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { ORDER_LINES_MAX } from './schema.ts';

/** An id is part of keys, where it takes up to 3 bytes for each of these, and DynamoDB takes 1,024. */
const ID_BYTES_MAX = 96;
const id = z
  .string()
  .trim()
  .min(1)
  .max(64)
  .refine((text) => text.isWellFormed() && Buffer.byteLength(text) <= ID_BYTES_MAX, `well-formed Unicode of at most ${ID_BYTES_MAX} bytes`);
const fen = z.int().min(0).max(100_000_000_000);

/** What the hub finds by itself: a caller may send the canonical form back as it was read. */
const found = z.string().max(40).optional().meta({ description: 'Not read: the hub finds it itself' });

const placedAmountsSchema = z.strictObject({
  goodsFen: fen.optional().meta({ description: 'Sum of unit price x quantity' }),
  freightFen: fen.optional(),
  sellerDiscountFen: fen.optional().meta({ description: 'Left out: what the other amounts leave' }),
  platformDiscountFen: fen.optional(),
  paidFen: fen.optional().meta({ description: 'goods + freight - sellerDiscount - platformDiscount' }),
});

const placedLineSchema = z.strictObject({
  lineId: id,
  sku: id,
  title: z.string().max(200).optional(),
  quantity: z.int().min(1).max(1_000_000),
  unitPriceFen: fen.optional().meta({ description: 'Left out: 0' }),
  paidFen: fen.optional().meta({ description: 'Without freight. Left out of all lines: split by their value' }),
  status: found,
});

/** An offline or partner order, as an API caller brings it. Its line ids are kept for ever. */
export const placeOrderSchema = z
  .strictObject({
    channel: z.enum(['offline', 'partner']),
    shopId: id.optional().meta({ description: 'Left out: "default"' }),
    channelOrderId: id,
    lines: z.array(placedLineSchema).min(1),
    receiver: z.strictObject({
      province: z.string().trim().min(1).max(40),
      city: z.string().trim().max(40),
      district: z.string().trim().max(40),
      town: z.string().trim().max(40).optional(),
      regionCode: found,
      regionStatus: found,
      name: z.string().max(100).optional(),
      phone: z.string().max(40).optional(),
      detail: z.string().max(300).optional(),
    }),
    amounts: placedAmountsSchema.optional(),
    paidAt: z.iso.datetime({ offset: true }).optional().meta({ description: 'Left out: now. An offline order is paid at the till.' }),
    shipBy: z.iso.datetime({ offset: true }).optional(),
    buyerNote: z.string().max(500).optional(),
    sellerNote: z.string().max(500).optional(),
  })
  .meta({ id: 'PlaceOrder' });
export type PlaceOrder = z.infer<typeof placeOrderSchema>;

/** The goods of one order are worth at most this: a larger sum is no safe integer, and a mistake. */
const ORDER_FEN_MAX = 100_000_000_000_000;

/** The shop of offline orders that name none. */
export const DEFAULT_SHOP_ID = 'default';

/** The caller's order in the form every channel's detail has, or why its numbers do not hold together. */
export function detailOfPlaced(order: PlaceOrder, now: string): Result<ChannelOrder> {
  if (order.lines.length > ORDER_LINES_MAX) return err({ code: 'too_many_lines', detail: `At most ${ORDER_LINES_MAX} lines; there are ${order.lines.length}.` });
  if (new Set(order.lines.map(({ lineId }) => lineId)).size < order.lines.length) {
    return err({ code: 'invalid_input', fields: [{ path: 'lines', message: 'two lines have the same lineId' }] });
  }
  const values = order.lines.map(({ unitPriceFen = 0, quantity }) => unitPriceFen * quantity);
  const amounts = amountsOf(values.reduce((sum, value) => sum + value, 0), order.amounts ?? {});
  if (!amounts.ok) return amounts;
  const isSplit = order.lines.every(({ paidFen }) => paidFen === undefined);
  // Where no line says what was paid for it, the discounts are split by value; freight belongs to no line (DESIGN §8).
  const paid = isSplit ? splitFen(Math.max(0, amounts.value.paidFen - amounts.value.freightFen), values) : values;
  const lines = order.lines.map((line, index) => linePlaced(line, paid[index] ?? 0));
  const { name, phone, detail } = order.receiver;
  const sealed = Object.entries({ name, phone, detail }).flatMap(([key, text]) => (text === undefined ? [] : [[key, text] as const]));
  return ok({
    channelOrderId: order.channelOrderId,
    stage: 'paid',
    holds: [],
    lines,
    amounts: amounts.value,
    receiver: { ...placeOf(order.receiver), sealed: Object.fromEntries(sealed), masked: {} },
    createdAt: now,
    paidAt: isoUtc(order.paidAt) ?? now,
    ...(order.shipBy !== undefined && { shipBy: isoUtc(order.shipBy) ?? now }),
    ...(order.buyerNote !== undefined && { buyerNote: order.buyerNote }),
    ...(order.sellerNote !== undefined && { sellerNote: order.sellerNote }),
  });
}

function isoUtc(text: string | undefined): string | undefined {
  return text === undefined ? undefined : new Date(text).toISOString();
}

function placeOf({ province, city, district, town }: PlaceOrder['receiver']): { province: string; city: string; district: string; town?: string } {
  return { province, city, district, ...(town !== undefined && { town }) };
}

function linePlaced(line: PlaceOrder['lines'][number], paidFen: number): ChannelOrder['lines'][number] {
  return {
    lineId: line.lineId,
    sku: line.sku,
    title: line.title ?? line.sku,
    quantity: line.quantity,
    unitPriceFen: line.unitPriceFen ?? 0,
    paidFen: line.paidFen ?? paidFen,
    refund: 'none',
    cancelled: false,
    shippedQuantity: 0,
  };
}

/** Fills in what follows from the rest; `paid = goods + freight - discounts` must hold of what was given. */
function amountsOf(goodsFen: number, given: { [K in keyof Amounts]?: Amounts[K] | undefined }): Result<Amounts> {
  if (goodsFen > ORDER_FEN_MAX) return err({ code: 'invalid_input', fields: [{ path: 'lines', message: `at most ${ORDER_FEN_MAX} fen in all` }] });
  const freightFen = given.freightFen ?? 0;
  const platformDiscountFen = given.platformDiscountFen ?? 0;
  const full = goodsFen + freightFen - platformDiscountFen;
  const sellerDiscountFen = given.sellerDiscountFen ?? (given.paidFen === undefined ? 0 : full - given.paidFen);
  const amounts = { goodsFen, freightFen, sellerDiscountFen, platformDiscountFen, paidFen: full - sellerDiscountFen };
  const negative = (['sellerDiscountFen', 'paidFen'] as const).filter((name) => amounts[name] < 0);
  if (negative.length > 0) return err({ code: 'invalid_input', fields: negative.map((name) => ({ path: `amounts.${name}`, message: 'the amounts would make it negative' })) });
  const wrong = (['goodsFen', 'paidFen'] as const).filter((name) => given[name] !== undefined && given[name] !== amounts[name]);
  if (wrong.length === 0) return ok(amounts);
  return err({ code: 'invalid_input', fields: wrong.map((name) => ({ path: `amounts.${name}`, message: `expected ${amounts[name]} from the lines and the other amounts` })) });
}
