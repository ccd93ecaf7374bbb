import type { Channel } from '../channel.ts';
import { readTaobaoDetail, taobaoCredentialsSchema, taobaoDetailCall, type TaobaoCredentials } from './client.ts';
import { addressReply, readTaobaoPayload } from './payload.ts';
import { translateTaobao } from './translate.ts';
import { verifyTaobao } from './verify.ts';

/** Taobao and Tmall through TOP: TMC messages by relay, SPI calls signed by TOP, trades by API. */
export const taobao: Channel<TaobaoCredentials> = {
  name: 'taobao',
  credentials: taobaoCredentialsSchema,
  isAuthorised: (credentials) => credentials.sessionKey !== '',
  relayed: true,
  verify: verifyTaobao,
  readPayload: readTaobaoPayload,
  answerQuestion: addressReply,
  detailCall: taobaoDetailCall,
  readDetail: readTaobaoDetail,
  translate: translateTaobao,
};
