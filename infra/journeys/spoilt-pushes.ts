import * as z from 'zod';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { assert } from '../../shared/kernel/assert.ts';
import type { PlatformChannel } from '../../shared/kernel/channel-order.ts';
import { chinaTextFromMs } from '../../shared/kernel/time.ts';
import { pushOf as douyinPushOf } from '../simulator/douyin/push.ts';
import { tasksFor, type Happening } from '../simulator/events.ts';
import type { PlatformOrder } from '../simulator/order.ts';
import { placeNamed } from '../simulator/places.ts';
import type { Push } from '../simulator/push.ts';
import { relayHeaders } from '../simulator/relay.ts';
import type { Shop } from '../simulator/shop.ts';
import { addressQuestion } from '../simulator/taobao/address-question.ts';
import { sha1Sorted } from '../simulator/wechat/crypt.ts';
import type { Story } from './story.ts';

/** A request that leaves for the hub; it need not be what a platform would send. */
export type Sendable = Pick<Push, 'url' | 'headers' | 'body'>;

/** A push that the hub would take, and what else its platform could have sent instead. */
export interface Valid {
  readonly story: Story;
  readonly push: Push;
  readonly order: PlatformOrder;
  /** The same push as another shop, or as the same shop with other secrets, would sign it. */
  readonly by: (shop: Shop) => Push;
  /** The same push as signed at another moment. */
  readonly at: (nowMs: number) => Push;
}

/** One thing spoilt. The name says what, and every other thing is right. */
export type Spoil = readonly [name: string, spoil: (valid: Valid) => Sendable];

/** Six minutes; five are allowed. */
const TOO_FAR_MS = 6 * 60_000;
const OTHER_HEX = 'f'.repeat(32);

/** The first push of a paid order that the hub has not heard of. */
export function validPush(story: Story, channel: PlatformChannel): Valid {
  const { happening, order } = story.move(story.create(channel).order, { kind: 'pay' });
  const build = (told: Happening, nowMs: number): Push => {
    const [task] = tasksFor(told);
    assert(task !== undefined, `${channel} tells of a payment`);
    return task.build({ attempt: 0, nowMs });
  };
  return { story, order, push: build(happening, Date.now()), by: (shop) => build(withShop(happening, shop), Date.now()), at: (nowMs) => build(happening, nowMs) };
}

function withShop(happening: Happening, shop: Shop): Happening {
  return { ...happening, shop };
}

export function withHeader(push: Sendable, name: string, value: string | undefined): Sendable {
  const { [name]: _old, ...rest } = push.headers;
  return { ...push, headers: value === undefined ? rest : { ...rest, [name]: value } };
}

/** The pairs of the query stay as they were encoded, but for the one that is changed or left out. */
export function withQuery(push: Sendable, name: string, change: (value: string) => string | undefined): Sendable {
  const [address = '', query = ''] = push.url.split('?');
  const pairs = query.split('&').flatMap((pair) => {
    const [key = '', value = ''] = pair.split('=');
    if (key !== name) return [pair];
    const changed = change(value);
    return changed === undefined ? [] : [`${key}=${changed}`];
  });
  return { ...push, url: `${address}?${pairs.join('&')}` };
}

/** The last letter or digit becomes its neighbour. */
export function nudged(text: string): string {
  const last = text.at(-1) ?? '';
  return text.slice(0, -1) + (last === '1' ? '2' : '1');
}

function withByte(push: Sendable, place: number): Sendable {
  const body = Buffer.from(push.body);
  body[place] = (body[place] ?? 0) ^ 1;
  return { ...push, body };
}

function headerOf(push: Sendable, name: string): string {
  return push.headers[name] ?? '';
}

/** What can be wrong with any body that is signed as it is. */
const SPOILT_BODIES: readonly Spoil[] = [
  ['the first byte of the body', ({ push }) => withByte(push, 0)],
  ['a byte in the middle of the body', ({ push }) => withByte(push, push.body.length >> 1)],
  ['the last byte of the body', ({ push }) => withByte(push, push.body.length - 1)],
  ['a body cut short', ({ push }) => ({ ...push, body: push.body.subarray(0, -1) })],
  ['an empty body', ({ push }) => ({ ...push, body: Buffer.alloc(0) })],
];

const A_SPACE_MORE: Spoil = ['a space behind the body', ({ push }) => ({ ...push, body: Buffer.concat([push.body, Buffer.from(' ')]) })];

function douyinAs(valid: Valid, credentials: { readonly appKey?: string; readonly appSecret?: string }): Push {
  const shop = valid.story.shop('douyin');
  return valid.by({ ...shop, credentials: { ...shop.credentials, ...credentials } });
}

/** The same messages, signed by HMAC-SHA256, which an app can choose instead of MD5. */
function byHmac({ story, order }: Valid, appSecret?: string): Push {
  const shop = story.shop('douyin');
  const messages = [{ tag: '101', msg_id: 'hmac', data: JSON.stringify({ p_id: order.orderId, shop_id: shop.shopId }) }];
  const signer = appSecret === undefined ? shop : { ...shop, credentials: { ...shop.credentials, appSecret } };
  return douyinPushOf({ shop: signer, messages, orderId: order.orderId, method: 'hmac-sha256' });
}

const DOUYIN: readonly Spoil[] = [
  ...SPOILT_BODIES,
  A_SPACE_MORE,
  ['no event-sign', ({ push }) => withHeader(push, 'event-sign', undefined)],
  ['an empty event-sign', ({ push }) => withHeader(push, 'event-sign', '')],
  ['a letter of the event-sign', ({ push }) => withHeader(push, 'event-sign', nudged(headerOf(push, 'event-sign')))],
  ['an event-sign cut short', ({ push }) => withHeader(push, 'event-sign', headerOf(push, 'event-sign').slice(0, -1))],
  ['an event-sign in capitals', ({ push }) => withHeader(push, 'event-sign', `${headerOf(push, 'event-sign').slice(0, -1)}F`)],
  ['the event-sign of another body', (valid) => withHeader(valid.push, 'event-sign', headerOf(validPush(valid.story, 'douyin').push, 'event-sign'))],
  ['another app secret', (valid) => douyinAs(valid, { appSecret: OTHER_HEX })],
  ['another app key', (valid) => douyinAs(valid, { appKey: '7409000000000000' })],
  ['the app-id of another app', ({ push }) => withHeader(push, 'app-id', '7409000000000000')],
  ['a letter of the HMAC', (valid) => withHeader(byHmac(valid), 'event-sign', nudged(headerOf(byHmac(valid), 'event-sign')))],
  ['another secret of the HMAC', (valid) => byHmac(valid, OTHER_HEX)],
  ['a byte of the body under an HMAC', (valid) => withByte(byHmac(valid), 5)],
];

const OTHER_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

function resigned({ push, story }: Valid, change: { readonly secret?: string; readonly id?: string }): Sendable {
  const shop = story.shop(push.channel);
  const id = headerOf(push, 'webhook-id');
  const { 'webhook-signature': signature = '' } = relayHeaders(change.secret ?? shop.relaySecret, change.id ?? id, { body: push.body, nowMs: Number(headerOf(push, 'webhook-timestamp')) * 1_000 });
  return withHeader(push, 'webhook-signature', signature);
}

/** Standard Webhooks of a relay: Taobao's messages and Pinduoduo's frames. */
const RELAYED: readonly Spoil[] = [
  ...SPOILT_BODIES,
  A_SPACE_MORE,
  ...(['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const).flatMap((name): Spoil[] => [
    [`no ${name}`, ({ push }) => withHeader(push, name, undefined)],
    [`an empty ${name}`, ({ push }) => withHeader(push, name, '')],
  ]),
  ['no webhook header at all', ({ push }) => ['webhook-id', 'webhook-timestamp', 'webhook-signature'].reduce<Sendable>((left, name) => withHeader(left, name, undefined), push)],
  ['another webhook-id', ({ push }) => withHeader(push, 'webhook-id', nudged(headerOf(push, 'webhook-id')))],
  ['another webhook-timestamp', ({ push }) => withHeader(push, 'webhook-timestamp', String(Number(headerOf(push, 'webhook-timestamp')) + 1))],
  ['a webhook-timestamp that is no number', ({ push }) => withHeader(push, 'webhook-timestamp', 'now')],
  ['a letter of the signature', ({ push }) => withHeader(push, 'webhook-signature', headerOf(push, 'webhook-signature').replace(/^v1,./, (start) => `v1,${start.endsWith('A') ? 'B' : 'A'}`))],
  ['another version of the signature', ({ push }) => withHeader(push, 'webhook-signature', headerOf(push, 'webhook-signature').replace('v1,', 'v2,'))],
  ['the signature of another id', (valid) => resigned(valid, { id: 'msg_other' })],
  ['another relay secret', (valid) => resigned(valid, { secret: OTHER_SECRET })],
  ['a signature of six minutes ago', ({ at }) => at(Date.now() - TOO_FAR_MS)],
  ['a signature of six minutes ahead', ({ at }) => at(Date.now() + TOO_FAR_MS)],
];

const DIRECTIONS: readonly (readonly [string, number])[] = [['ago', -TOO_FAR_MS], ['ahead', TOO_FAR_MS]];

function question({ story, order }: Valid, change: { readonly nowMs?: number; readonly appKey?: string; readonly appSecret?: string; readonly as?: 'json' | 'form' } = {}): Push {
  const { nowMs = Date.now(), as = 'json', ...credentials } = change;
  const shop = story.shop('taobao');
  return addressQuestion({ shop: { ...shop, credentials: { ...shop.credentials, ...credentials } }, order, place: placeNamed('武侯区'), nowMs, as });
}

/** Taobao's own signed calls, as JSON and as a form. */
export const TAOBAO_CALLS: readonly Spoil[] = (['json', 'form'] as const).flatMap((as): Spoil[] => [
    [`a byte of the ${as} body`, (valid) => withByte(question(valid, { as }), 40)],
    [`the last byte of the ${as} body`, (valid) => withByte(question(valid, { as }), question(valid, { as }).body.length - 1)],
    [`no sign over the ${as} body`, (valid) => withQuery(question(valid, { as }), 'sign', () => undefined)],
    [`a letter of the sign over the ${as} body`, (valid) => withQuery(question(valid, { as }), 'sign', nudged)],
    [`another app secret over the ${as} body`, (valid) => question(valid, { as, appSecret: OTHER_HEX })],
    [`another app over the ${as} body`, (valid) => question(valid, { as, appKey: '10000001' })],
    [`another method over the ${as} body`, (valid) => withQuery(question(valid, { as }), 'method', () => 'taobao.other')],
    [`another time over the ${as} body`, (valid) => withQuery(question(valid, { as }), 'timestamp', () => encodeURIComponent(chinaTextFromMs(Date.now() - 1_000)))],
    ...DIRECTIONS.map(([when, awayMs]): Spoil => [`a sign over the ${as} body six minutes ${when}`, (valid) => question(valid, { as, nowMs: Date.now() + awayMs })]),
    [`a signed header over the ${as} body`, (valid) => withHeader(question(valid, { as }), 'x-top-env', 'daily')],
    [`the list of signed headers over the ${as} body`, (valid) => withHeader(question(valid, { as }), 'top-sign-list', undefined)],
  ]);

function wechatAs(valid: Valid, credentials: { readonly token?: string; readonly appId?: string; readonly encodingAesKey?: string }): Push {
  const shop = valid.story.shop('wechat');
  return valid.by({ ...shop, credentials: { ...shop.credentials, ...credentials } });
}

const BLOCK_BYTES = 16;

/** The cipher text with its padding changed, and the new text signed: whoever has the token could send it. */
function withPadding(valid: Valid, change: (plain: Buffer) => void): Sendable {
  const { credentials } = valid.story.shop('wechat');
  const key = Buffer.from(`${credentials.encodingAesKey}=`, 'base64');
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, BLOCK_BYTES)).setAutoPadding(false);
  const { Encrypt: sealed, ...rest } = envelopeOf(valid.push);
  const plain = Buffer.concat([decipher.update(Buffer.from(sealed ?? '', 'base64')), decipher.final()]);
  change(plain);
  const cipher = createCipheriv('aes-256-cbc', key, key.subarray(0, BLOCK_BYTES)).setAutoPadding(false);
  const encrypt = Buffer.concat([cipher.update(plain), cipher.final()]).toString('base64');
  const query = new URLSearchParams(valid.push.url.split('?')[1] ?? '');
  const sign = sha1Sorted([credentials.token, query.get('timestamp') ?? '', query.get('nonce') ?? '', encrypt]);
  return withQuery({ ...valid.push, body: Buffer.from(JSON.stringify({ ...rest, Encrypt: encrypt })) }, 'msg_signature', () => sign);
}

function envelopeOf(push: Sendable): Record<string, string> {
  const parsed = z.record(z.string(), z.unknown()).parse(JSON.parse(push.body.toString()));
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
}

function withEnvelope(push: Sendable, change: (envelope: Record<string, string>) => unknown): Sendable {
  return { ...push, body: Buffer.from(JSON.stringify(change(envelopeOf(push)))) };
}

const WECHAT: readonly Spoil[] = [
  ...SPOILT_BODIES,
  ['a letter of the cipher text', ({ push }) => withEnvelope(push, ({ Encrypt = '', ...rest }) => ({ ...rest, Encrypt: (Encrypt.startsWith('A') ? 'B' : 'A') + Encrypt.slice(1) }))],
  ['no cipher text', ({ push }) => withEnvelope(push, ({ ToUserName }) => ({ ToUserName }))],
  ['plain text instead of cipher text', ({ push, order }) => withEnvelope(push, () => ({ Event: 'channels_ec_order_pay', order_info: { order_id: order.orderId } }))],
  ['XML instead of JSON', ({ push }) => ({ ...push, body: Buffer.from(`<xml><Encrypt>${envelopeOf(push)['Encrypt'] ?? ''}</Encrypt></xml>`) })],
  ...['msg_signature', 'timestamp', 'nonce'].flatMap((name): Spoil[] => [
    [`no ${name}`, ({ push }) => withQuery(push, name, () => undefined)],
    [`another ${name}`, ({ push }) => withQuery(push, name, nudged)],
  ]),
  ['the signature of the address check in place of the message’s', ({ push }) => withQuery(push, 'msg_signature', () => new URL(push.url).searchParams.get('signature') ?? '')],
  ['no query', ({ push }) => ({ ...push, url: push.url.split('?')[0] ?? '' })],
  ['another token', (valid) => wechatAs(valid, { token: 'othertoken' })],
  ['another app id inside', (valid) => wechatAs(valid, { appId: 'wx0000000000000000' })],
  ['another key', (valid) => wechatAs(valid, { encodingAesKey: Buffer.alloc(32, 9).toString('base64').slice(0, 43) })],
  ['a padding of nothing', (valid) => withPadding(valid, (plain) => plain.fill(0, plain.length - 1))],
  ['a padding longer than 32', (valid) => withPadding(valid, (plain) => plain.fill(33, plain.length - 1))],
  ['a padding that is uneven', (valid) => withPadding(valid, (plain) => plain.fill((plain.at(-1) ?? 0) === 1 ? 2 : 1, plain.length - 2, plain.length - 1).fill(32, plain.length - 1))],
  ['a length beyond the end', (valid) => withPadding(valid, (plain) => plain.fill(255, BLOCK_BYTES, BLOCK_BYTES + 4))],
];

/** Everything that is spoilt one at a time, by channel. */
export const SPOILT: Readonly<Record<PlatformChannel, readonly Spoil[]>> = { douyin: DOUYIN, taobao: RELAYED, pinduoduo: RELAYED, wechat: WECHAT };
