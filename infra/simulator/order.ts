import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import type { Place } from './places.ts';

/** How far an order has come on its platform, with the names the hub uses, so that a test can compare them. */
export type OrderStage = 'unpaid' | 'paid' | 'partly_shipped' | 'shipped' | 'completed' | 'cancelled';
export type RefundState = 'none' | 'open' | 'closed' | 'refunded';

export interface OrderLine {
  /** The platform's sub-order id; Pinduoduo and WeChat have none and never show it. */
  readonly lineId: string;
  readonly productId: string;
  readonly skuId: string;
  readonly sku: string;
  readonly title: string;
  readonly quantity: number;
  readonly unitPriceFen: number;
  readonly sellerDiscountFen: number;
  readonly platformDiscountFen: number;
  /** Borne by the talent who sold it (达人); Douyin and WeChat only. */
  readonly talentDiscountFen: number;
  readonly refund: RefundState;
  readonly refundId: string;
  readonly shippedQuantity: number;
}

export interface ShippedLine {
  readonly lineId: string;
  readonly quantity: number;
}

export interface Shipment {
  readonly company: string;
  readonly trackingNumber: string;
  readonly lines: readonly ShippedLine[];
  readonly atMs: number;
  /** `hub` when it came through the API, `elsewhere` when the seller used the platform's own pages. */
  readonly by: 'hub' | 'elsewhere';
}

/** An order as its platform holds it. Never changed in place: a move makes a new one. */
export interface PlatformOrder {
  readonly channel: PlatformChannel;
  readonly shopId: string;
  readonly orderId: string;
  readonly stage: OrderStage;
  readonly lines: readonly OrderLine[];
  readonly place: Place;
  /** How often the address was changed; the masked and ciphered personal data follow it. */
  readonly addressVersion: number;
  /** A new address the buyer asks for and nobody has answered yet. */
  readonly askedPlace?: Place;
  readonly riskReview: boolean;
  readonly groupOpen: boolean;
  readonly forbidden: boolean;
  readonly freightFen: number;
  readonly buyerNote: string;
  readonly shipments: readonly Shipment[];
  readonly createdAtMs: number;
  readonly paidAtMs?: number;
  readonly updatedAtMs: number;
}

/** What may happen to an order after it was created. A refund move without a line means every line that allows it. */
export type Move =
  | { readonly kind: 'pay'; readonly riskReview?: boolean; readonly groupOpen?: boolean; readonly forbidden?: boolean }
  | { readonly kind: 'cancel' }
  | { readonly kind: 'change_address' | 'ask_address'; readonly place: Place }
  | { readonly kind: 'answer_address'; readonly approved: boolean }
  | { readonly kind: 'open_refund' | 'close_refund' | 'succeed_refund'; readonly lineId?: string }
  | { readonly kind: 'start_review' | 'end_review' | 'complete_group' | 'forbid' | 'permit' | 'complete' }
  | { readonly kind: 'ship'; readonly company: string; readonly trackingNumber: string; readonly by: 'hub' | 'elsewhere'; readonly lines?: readonly ShippedLine[] };

/** What a push tells of: that an order came to be, or a move. */
export type PushEvent = { readonly kind: 'create' } | Move;

export interface Totals {
  readonly goodsFen: number;
  readonly sellerDiscountFen: number;
  readonly platformDiscountFen: number;
  readonly talentDiscountFen: number;
  readonly freightFen: number;
  readonly paidFen: number;
}

/** The amounts of an order; paid = goods + freight - every discount. */
export function totalsOf(order: PlatformOrder): Totals {
  const sum = (of: (line: OrderLine) => number): number => order.lines.reduce((total, line) => total + of(line), 0);
  const goodsFen = sum((line) => line.unitPriceFen * line.quantity);
  const sellerDiscountFen = sum((line) => line.sellerDiscountFen);
  const platformDiscountFen = sum((line) => line.platformDiscountFen);
  const talentDiscountFen = sum((line) => line.talentDiscountFen);
  const paidFen = goodsFen + order.freightFen - sellerDiscountFen - platformDiscountFen - talentDiscountFen;
  return { goodsFen, sellerDiscountFen, platformDiscountFen, talentDiscountFen, freightFen: order.freightFen, paidFen };
}

/** What the buyer paid for a line, without freight. */
export function linePaidFen(line: OrderLine): number {
  return line.unitPriceFen * line.quantity - line.sellerDiscountFen - line.platformDiscountFen - line.talentDiscountFen;
}

/** The lines a refund event speaks of: the named one, or all. */
export function linesOf(order: PlatformOrder, lineId: string | undefined): readonly OrderLine[] {
  return lineId === undefined ? order.lines : order.lines.filter((line) => line.lineId === lineId);
}
