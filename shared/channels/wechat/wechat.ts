import type { Channel } from '../channel.ts';
import { detailCall, readDetail, readToken, tokenCall, type WechatCredentials, wechatCredentialsSchema } from './client.ts';
import { readPayload } from './payload.ts';
import { translate } from './translate.ts';
import { verify } from './verify.ts';

/** 微信小店: encrypted HTTP pushes, one event each; the order API wants a token that the hub itself fetches. */
export const wechat: Channel<WechatCredentials> = {
  name: 'wechat',
  credentials: wechatCredentialsSchema,
  relayed: false,
  isAuthorised: () => true,
  verify,
  readPayload,
  detailCall,
  readDetail,
  translate,
  token: { app: ({ appId }) => appId, call: tokenCall, read: readToken },
};
