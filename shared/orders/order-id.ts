import { CHANNELS, type ChannelName } from '../kernel/channel-order.ts';

/** What makes an order one order, for ever: repeated pushes and retries meet on the same identity. */
export interface OrderIdentity {
  readonly channel: ChannelName;
  readonly shopId: string;
  readonly channelOrderId: string;
}

const PLAIN = /^[A-Za-z0-9_-]$/;

/**
 * The order's id: `<channel>.<shop>.<channel order id>`, with every other character as `~XX` of its UTF-8 bytes.
 * It is derived, not drawn, so that two writers can't create the same order twice; it says what it is; it fits a URL.
 */
export function orderIdOf({ channel, shopId, channelOrderId }: OrderIdentity): string {
  return [channel, escape(shopId), escape(channelOrderId)].join('.');
}

/** The identity inside an order id; undefined for anything `orderIdOf` cannot have made. */
export function identityOf(orderId: string): OrderIdentity | undefined {
  const [channelText, shop, id, ...rest] = orderId.split('.');
  const channel = CHANNELS.find((name) => name === channelText);
  if (channel === undefined || shop === undefined || id === undefined || id === '' || rest.length > 0) return undefined;
  const shopId = unescape(shop);
  const channelOrderId = unescape(id);
  if (shopId === undefined || channelOrderId === undefined) return undefined;
  const identity = { channel, shopId, channelOrderId };
  return orderIdOf(identity) === orderId ? identity : undefined;
}

function escape(text: string): string {
  return [...Buffer.from(text, 'utf8')].map((byte) => (PLAIN.test(String.fromCodePoint(byte)) ? String.fromCodePoint(byte) : `~${byte.toString(16).padStart(2, '0')}`)).join('');
}

function unescape(text: string): string | undefined {
  if (!/^(?:[A-Za-z0-9_-]|~[0-9a-f]{2})*$/.test(text)) return undefined;
  return Buffer.from(text.replaceAll(/~([0-9a-f]{2})/g, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16))), 'latin1').toString('utf8');
}
