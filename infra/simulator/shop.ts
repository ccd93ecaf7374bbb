import { never } from '../../shared/kernel/assert.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import type { Random } from './random.ts';

interface ShopBase {
  /** The id by which the platform names the shop in its pushes. */
  readonly shopId: string;
  /** For Taobao this is the seller's nick, which its messages carry. */
  readonly shopName: string;
  /** Where the platform sends this shop's pushes; known once the hub has opened the connection. */
  readonly webhookUrl: string;
  /** The secret of the relay that forwards socket frames (Taobao, Pinduoduo). */
  readonly relaySecret: string;
}

export interface DouyinShop extends ShopBase {
  readonly channel: 'douyin';
  readonly credentials: { readonly appKey: string; readonly appSecret: string; readonly accessToken?: string };
}
export interface TaobaoShop extends ShopBase {
  readonly channel: 'taobao';
  readonly credentials: { readonly appKey: string; readonly appSecret: string; readonly sessionKey: string };
}
export interface PinduoduoShop extends ShopBase {
  readonly channel: 'pinduoduo';
  readonly credentials: { readonly clientId: string; readonly clientSecret: string; readonly accessToken: string };
}
export interface WechatShop extends ShopBase {
  readonly channel: 'wechat';
  readonly credentials: { readonly appId: string; readonly appSecret: string; readonly token: string; readonly encodingAesKey: string };
}

/** A storefront on one of the platforms, with the secrets the platform and the hub share. */
export type Shop = DouyinShop | TaobaoShop | PinduoduoShop | WechatShop;

const SHOP_NAMES = { douyin: '山野抖音旗舰店', taobao: '山野旗舰店', pinduoduo: '山野户外专营店', wechat: '山野小店' };

/** A new shop with made-up credentials of the platform's own form. It has no webhook address yet. */
export function makeShop(channel: PlatformChannel, random: Random): Shop {
  const base = { shopName: `${SHOP_NAMES[channel]}${digits(random, 4)}`, webhookUrl: '', relaySecret: '' };
  switch (channel) {
    case 'douyin':
      return {
        ...base, channel, shopId: digits(random, 8),
        credentials: { appKey: `7409${digits(random, 15)}`, appSecret: hex(random, 16), accessToken: hex(random, 16) },
      };
    case 'taobao':
      return {
        ...base, channel, shopId: `22${digits(random, 11)}`,
        credentials: { appKey: digits(random, 8), appSecret: hex(random, 16), sessionKey: `6100${hex(random, 16)}` },
      };
    case 'pinduoduo':
      return {
        ...base, channel, shopId: digits(random, 9),
        credentials: { clientId: hex(random, 16), clientSecret: hex(random, 20), accessToken: hex(random, 16) },
      };
    case 'wechat':
      return {
        ...base, channel, shopId: `gh_${hex(random, 6)}`,
        credentials: { appId: `wx${hex(random, 8)}`, appSecret: hex(random, 16), token: hex(random, 8), encodingAesKey: aesKey(random) },
      };
    default:
      return never(channel);
  }
}

/** The token with which the hub calls this shop's API; WeChat has none, its tokens are fetched. */
export function tokenOf(shop: Shop): string | undefined {
  switch (shop.channel) {
    case 'douyin':
    case 'pinduoduo':
      return shop.credentials.accessToken;
    case 'taobao':
      return shop.credentials.sessionKey;
    case 'wechat':
      return undefined;
    default:
      return never(shop);
  }
}

function digits(random: Random, count: number): string {
  return `${random.integer(1, 9)}${Array.from({ length: count - 1 }, () => random.integer(0, 9)).join('')}`;
}

function hex(random: Random, byteCount: number): string {
  return Buffer.from(random.bytes(byteCount)).toString('hex');
}

/** 32 bytes as base64 without its padding: 43 characters. */
function aesKey(random: Random): string {
  return Buffer.from(random.bytes(32)).toString('base64').slice(0, 43);
}
