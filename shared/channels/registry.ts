import type * as z from 'zod';
import type { PlatformChannel } from '../kernel/channel-order.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { AddressAnswer, ApiAnswer, ApiCall, ApiFailure, Channel, DetailRequest, Payload, PayloadFailure, RawRequest, Reply, Token, Verdict } from './channel.ts';
import type { ChannelOrder } from '../kernel/channel-order.ts';
import { douyin } from './douyin/douyin.ts';
import { pinduoduo } from './pinduoduo/pinduoduo.ts';
import { taobao } from './taobao/taobao.ts';
import { wechat } from './wechat/wechat.ts';

/** A channel with the credentials of one connection: what the flows work with, whatever the platform. */
export interface BoundChannel {
  readonly name: PlatformChannel;
  readonly isAuthorised: boolean;
  verify(request: RawRequest, relaySecret: string | undefined, nowMs: number): Verdict;
  readPayload(text: string): Result<Payload, PayloadFailure>;
  answerQuestion(answer: AddressAnswer): Reply | undefined;
  detailCall(request: Omit<DetailRequest<unknown>, 'credentials'>): ApiCall;
  readDetail(answer: ApiAnswer): Result<unknown, ApiFailure>;
  translate(detail: unknown): Result<ChannelOrder, { readonly message: string }>;
  readonly token?: { readonly app: string; call(): ApiCall; read(answer: ApiAnswer): Result<Token, ApiFailure> };
}

interface Registered {
  readonly relayed: boolean;
  bind(credentials: unknown): Result<BoundChannel, { readonly path: string; readonly message: string }[]>;
}

/** Every platform the hub speaks to: one line each. */
const REGISTRY: Readonly<Record<PlatformChannel, Registered>> = {
  douyin: registered(douyin),
  taobao: registered(taobao),
  pinduoduo: registered(pinduoduo),
  wechat: registered(wechat),
};

/** The channel of a connection. The error lists what is wrong with the credentials, field by field. */
export function bindChannel(name: PlatformChannel, credentials: unknown): ReturnType<Registered['bind']> {
  return REGISTRY[name].bind(credentials);
}

/** True when pushes of the channel may come through a signed relay, so that a connection needs a relay secret. */
export function isRelayed(name: PlatformChannel): boolean {
  return REGISTRY[name].relayed;
}

function registered<C>(channel: Channel<C>): Registered {
  return {
    relayed: channel.relayed,
    bind(credentials) {
      const parsed = channel.credentials.safeParse(credentials);
      return parsed.success ? ok(bound(channel, parsed.data)) : err(issuesOf(parsed.error));
    },
  };
}

function bound<C>(channel: Channel<C>, credentials: C): BoundChannel {
  const { token } = channel;
  return {
    name: channel.name,
    isAuthorised: channel.isAuthorised(credentials),
    verify: (request, relaySecret, nowMs) => channel.verify(request, relaySecret === undefined ? { credentials } : { credentials, relaySecret }, nowMs),
    readPayload: (text) => channel.readPayload(text),
    answerQuestion: (answer) => channel.answerQuestion?.(answer),
    detailCall: (request) => channel.detailCall({ ...request, credentials }),
    readDetail: (answer) => channel.readDetail(answer),
    translate: (detail) => channel.translate(detail),
    ...(token !== undefined && { token: { app: token.app(credentials), call: () => token.call(credentials), read: (answer: ApiAnswer) => token.read(answer) } }),
  };
}

function issuesOf(error: z.ZodError): { path: string; message: string }[] {
  return error.issues.map(({ path, message }) => ({ path: ['credentials', ...path].join('.'), message }));
}
