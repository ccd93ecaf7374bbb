import type { Channel } from '../channel.ts';
import { detailCall, type DouyinCredentials, douyinCredentialsSchema, readDetail } from './client.ts';
import { readPayload } from './payload.ts';
import { translate } from './translate.ts';
import { verify } from './verify.ts';

/** 抖店: signed HTTP pushes, in batches, that name orders; the detail API gives them whole. */
export const douyin: Channel<DouyinCredentials> = {
  name: 'douyin',
  credentials: douyinCredentialsSchema,
  relayed: false,
  isAuthorised: (credentials) => credentials.accessToken !== undefined,
  verify,
  readPayload,
  detailCall,
  readDetail,
  translate,
};
