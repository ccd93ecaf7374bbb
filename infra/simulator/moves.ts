import { never } from '../../shared/kernel/assert.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { err, ok } from '../../shared/kernel/result.ts';
import type { Result } from '../../shared/kernel/result.ts';
import type { Move, OrderLine, PlatformOrder, RefundState, ShippedLine } from './order.ts';

/** Why a platform does not let an order make a move. */
export type MoveRefusal = 'not_on_this_channel' | 'already_paid' | 'not_paid' | 'closed' | 'already_shipped' | 'held' | 'no_such_line' | 'no_open_refund' | 'no_open_question' | 'too_many_shipped';

type Moved = Result<PlatformOrder, MoveRefusal>;

/** The order after a move, or why the platform refuses it. Pure. */
export function applyMove(order: PlatformOrder, move: Move, nowMs: number): Moved {
  const moved = refusalOf(order, move) ?? changed({ ...order, updatedAtMs: nowMs }, move, nowMs);
  return typeof moved === 'string' ? err(moved) : moved;
}

/** Moves that only some platforms know. */
const ONLY_ON: Partial<Record<Move['kind'], readonly PlatformChannel[]>> = {
  start_review: ['pinduoduo'],
  end_review: ['pinduoduo'],
  complete_group: ['pinduoduo'],
  forbid: ['douyin', 'taobao'],
  permit: ['douyin', 'taobao'],
  ask_address: ['douyin', 'wechat'],
  answer_address: ['douyin', 'wechat'],
};

function isKnownTo(channel: PlatformChannel, move: Move): boolean {
  if (move.kind !== 'pay') return ONLY_ON[move.kind]?.includes(channel) ?? true;
  const isHere = (flag: boolean | undefined, kind: Move['kind']): boolean => flag !== true || ONLY_ON[kind]?.includes(channel) === true;
  return isHere(move.riskReview, 'start_review') && isHere(move.groupOpen, 'complete_group') && isHere(move.forbidden, 'forbid');
}

function refusalOf(order: PlatformOrder, move: Move): MoveRefusal | undefined {
  if (!isKnownTo(order.channel, move)) return 'not_on_this_channel';
  if (move.kind === 'pay') return order.stage === 'unpaid' ? undefined : order.stage === 'cancelled' ? 'closed' : 'already_paid';
  if (order.stage === 'cancelled') return 'closed';
  if (order.stage === 'completed' && !move.kind.endsWith('_refund')) return 'closed';
  const beforeShipping = move.kind === 'cancel' || move.kind === 'change_address' || move.kind === 'ask_address';
  if (beforeShipping && order.shipments.length > 0) return 'already_shipped';
  const afterPaying = move.kind === 'ship' || move.kind === 'complete' || move.kind.endsWith('_refund');
  return afterPaying && order.stage === 'unpaid' ? 'not_paid' : undefined;
}

function changed(order: PlatformOrder, move: Move, nowMs: number): Moved {
  switch (move.kind) {
    case 'pay':
      return ok({
        ...order, stage: 'paid', paidAtMs: nowMs,
        riskReview: move.riskReview ?? false, groupOpen: move.groupOpen ?? false, forbidden: move.forbidden ?? false,
      });
    case 'cancel':
      return ok({ ...order, stage: 'cancelled', lines: order.stage === 'paid' ? order.lines.map((line) => ({ ...line, refund: 'refunded' })) : order.lines });
    case 'change_address':
      return ok(withPlace(order, move.place));
    case 'ask_address':
      return ok({ ...order, askedPlace: move.place });
    case 'answer_address':
      return answered(order, move.approved);
    case 'open_refund':
      return refunded(order, move.lineId, 'open');
    case 'close_refund':
      return refunded(order, move.lineId, 'closed');
    case 'succeed_refund':
      return refunded(order, move.lineId, 'refunded');
    case 'start_review':
    case 'end_review':
      return ok({ ...order, riskReview: move.kind === 'start_review' });
    case 'complete_group':
      return ok({ ...order, groupOpen: false });
    case 'forbid':
    case 'permit':
      return ok({ ...order, forbidden: move.kind === 'forbid' });
    case 'ship':
      return shipped(order, move, nowMs);
    case 'complete':
      return order.stage === 'shipped' ? ok({ ...order, stage: 'completed' }) : err('not_paid');
    default:
      return never(move);
  }
}

function withPlace(order: PlatformOrder, place: PlatformOrder['place']): PlatformOrder {
  const { askedPlace: _settled, ...rest } = order;
  return { ...rest, place, addressVersion: order.addressVersion + 1 };
}

function answered(order: PlatformOrder, approved: boolean): Moved {
  if (order.askedPlace === undefined) return err('no_open_question');
  if (approved) return ok(withPlace(order, order.askedPlace));
  const { askedPlace: _refused, ...rest } = order;
  return ok(rest);
}

/** Pinduoduo refunds whole orders; elsewhere a refund belongs to a line. An order with nothing left to ship is closed. */
function refunded(order: PlatformOrder, lineId: string | undefined, to: RefundState): Moved {
  const chosen = (line: OrderLine): boolean => (lineId === undefined || order.channel === 'pinduoduo' || line.lineId === lineId) && line.refund !== 'refunded';
  if (lineId !== undefined && !order.lines.some((line) => line.lineId === lineId)) return err('no_such_line');
  if (!order.lines.some((line) => chosen(line) && (to === 'open' || line.refund === 'open'))) return err('no_open_refund');
  const lines = order.lines.map((line) => (chosen(line) && (to === 'open' || line.refund === 'open') ? { ...line, refund: to } : line));
  const nothingLeft = lines.every((line) => line.refund === 'refunded');
  return ok({ ...order, lines, stage: nothingLeft ? 'cancelled' : stageAfterShipping(order, lines) });
}

function shipped(order: PlatformOrder, move: Extract<Move, { kind: 'ship' }>, nowMs: number): Moved {
  if (order.riskReview || order.groupOpen || order.forbidden) return err('held');
  const parcel = move.lines ?? order.lines.filter((line) => line.refund !== 'refunded').map((line) => ({ lineId: line.lineId, quantity: line.quantity - line.shippedQuantity }));
  const refusal = parcelRefusal(order, parcel);
  if (refusal !== undefined) return err(refusal);
  const lines = order.lines.map((line) => ({ ...line, shippedQuantity: line.shippedQuantity + quantityIn(parcel, line.lineId) }));
  const shipment = { company: move.company, trackingNumber: move.trackingNumber, by: move.by, lines: parcel, atMs: nowMs };
  return ok({ ...order, lines, shipments: [...order.shipments, shipment], stage: stageAfterShipping(order, lines) });
}

function parcelRefusal(order: PlatformOrder, parcel: readonly ShippedLine[]): MoveRefusal | undefined {
  if (order.stage === 'shipped' || parcel.every(({ quantity }) => quantity === 0)) return 'already_shipped';
  for (const { lineId } of parcel) {
    const line = order.lines.find((candidate) => candidate.lineId === lineId);
    if (line === undefined) return 'no_such_line';
    if (line.shippedQuantity + quantityIn(parcel, lineId) > line.quantity) return 'too_many_shipped';
  }
  return undefined;
}

function quantityIn(parcel: readonly ShippedLine[], lineId: string): number {
  return parcel.reduce((sum, line) => (line.lineId === lineId ? sum + line.quantity : sum), 0);
}

function stageAfterShipping(order: PlatformOrder, lines: readonly OrderLine[]): PlatformOrder['stage'] {
  if (order.stage === 'completed' || !lines.some((line) => line.shippedQuantity > 0)) return order.stage;
  const open = lines.some((line) => line.refund !== 'refunded' && line.shippedQuantity < line.quantity);
  return open ? 'partly_shipped' : 'shipped';
}
