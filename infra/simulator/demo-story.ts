import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { holdMoves } from './burst.ts';
import type { Move, PlatformOrder } from './order.ts';
import { PLACES } from './places.ts';
import type { World } from './world.ts';

/** A move that is to happen some time after the order was created. */
export interface Step {
  readonly afterMs: number;
  readonly move: Move;
}

const PAY_AFTER_MS = 700;

/** What will become of a new order: most are simply paid; some bring what a real day brings. */
export function storyFor(world: World, channel: PlatformChannel): Step[] {
  const { random } = world;
  const later = (leastMs: number, mostMs: number): number => random.integer(leastMs, mostMs);
  const paid: Step = { afterMs: PAY_AFTER_MS, move: { kind: 'pay' } };
  const chapter = random.next();
  if (chapter < 0.08) {
    const held = holdMoves(channel, world).map((move, index) => ({ afterMs: PAY_AFTER_MS + index * 1_000, move }));
    return [...held, { afterMs: later(12_000, 30_000), move: liftFor(channel, held.at(-1)?.move) }];
  }
  if (chapter < 0.14) {
    const openedMs = later(5_000, 15_000);
    const end: Move = { kind: random.chance(0.5) ? 'succeed_refund' : 'close_refund' };
    return [paid, { afterMs: openedMs, move: { kind: 'open_refund' } }, { afterMs: openedMs + later(8_000, 20_000), move: end }];
  }
  if (chapter < 0.2) return [paid, { afterMs: later(4_000, 12_000), move: { kind: 'change_address', place: random.pick(PLACES) } }];
  if (chapter < 0.24) return [paid, { afterMs: later(5_000, 15_000), move: { kind: 'cancel' } }];
  if (chapter < 0.27) return [{ afterMs: later(5_000, 15_000), move: { kind: 'cancel' } }];
  if (chapter < 0.4) return [paid, ...shippedLater(later(30_000, 60_000), world)];
  return [paid];
}

/** The seller ships some orders on the platform's own pages, and the buyer confirms them. */
function shippedLater(afterMs: number, world: World): Step[] {
  const trackingNumber = `SF${world.random.integer(1_000_000, 9_999_999)}${world.random.integer(100_000, 999_999)}`;
  return [
    { afterMs, move: { kind: 'ship', company: '44', trackingNumber, by: 'elsewhere' } },
    { afterMs: afterMs + 45_000, move: { kind: 'complete' } },
  ];
}

function liftFor(channel: PlatformChannel, held: Move | undefined): Move {
  if (channel === 'wechat') return { kind: 'answer_address', approved: true };
  if (channel !== 'pinduoduo') return { kind: 'permit' };
  return held?.kind === 'pay' && held.groupOpen === true ? { kind: 'complete_group' } : { kind: 'end_review' };
}

/** What still has to happen to an order that was waiting when the last run ended. */
export function unfinished(order: PlatformOrder): Move | undefined {
  if (order.stage === 'unpaid') return { kind: 'pay' };
  if (order.stage !== 'paid') return undefined;
  if (order.riskReview) return { kind: 'end_review' };
  if (order.groupOpen) return { kind: 'complete_group' };
  if (order.forbidden) return { kind: 'permit' };
  if (order.askedPlace !== undefined) return { kind: 'answer_address', approved: true };
  return order.lines.some(({ refund }) => refund === 'open') ? { kind: 'close_refund' } : undefined;
}
