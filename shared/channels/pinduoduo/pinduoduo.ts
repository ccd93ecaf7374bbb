import type { Channel } from '../channel.ts';
import {
  pinduoduoCredentialsSchema,
  pinduoduoDetailCall,
  readPinduoduoDetail,
  type PinduoduoCredentials,
} from './client.ts';
import { readPinduoduoPayload } from './payload.ts';
import { translatePinduoduo } from './translate.ts';
import { verifyPinduoduo } from './verify.ts';

/** Pinduoduo: PMC frames by relay, orders by API. */
export const pinduoduo: Channel<PinduoduoCredentials> = {
  name: 'pinduoduo',
  credentials: pinduoduoCredentialsSchema,
  isAuthorised: (credentials) => credentials.accessToken !== '',
  relayed: true,
  verify: verifyPinduoduo,
  readPayload: readPinduoduoPayload,
  detailCall: pinduoduoDetailCall,
  readDetail: readPinduoduoDetail,
  translate: translatePinduoduo,
};
