import { chinaTextFromMs } from '../../shared/kernel/time.ts';
import { apiSign } from './douyin/sign.ts';
import { popSign } from './pinduoduo/sign.ts';
import type { DouyinShop, PinduoduoShop, TaobaoShop, WechatShop } from './shop.ts';
import { topSign } from './taobao/sign.ts';

/** A call as a well-behaved hub would make it; the tests of the APIs spoil one thing of it at a time. */
export interface HubCall {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string;
  readonly contentType: string;
}

const FORM = 'application/x-www-form-urlencoded;charset=utf-8';

export function douyinCall(shop: DouyinShop, method: string, call: { readonly paramJson: string; readonly nowMs: number }): HubCall {
  const timestamp = String(Math.floor(call.nowMs / 1_000));
  const sign = apiSign(shop.credentials, { method, paramJson: call.paramJson, timestamp, v: '2' }, 'hmac-sha256');
  const query = { app_key: shop.credentials.appKey, method, access_token: shop.credentials.accessToken ?? '', timestamp, v: '2', sign, sign_method: 'hmac-sha256' };
  return { path: `/${method.replace('.', '/')}`, query, body: call.paramJson, contentType: 'application/json' };
}

export function taobaoCall(shop: TaobaoShop, method: string, call: { readonly params: Readonly<Record<string, string>>; readonly nowMs: number }): HubCall {
  const params = {
    app_key: shop.credentials.appKey, session: shop.credentials.sessionKey, timestamp: chinaTextFromMs(call.nowMs),
    format: 'json', v: '2.0', sign_method: 'md5', method, ...call.params,
  };
  const sign = topSign(shop.credentials.appSecret, params, 'md5');
  return { path: '/router/rest', query: {}, body: new URLSearchParams({ ...params, sign }).toString(), contentType: FORM };
}

export function pinduoduoCall(shop: PinduoduoShop, type: string, call: { readonly params: Readonly<Record<string, string>>; readonly nowMs: number }): HubCall {
  const params = {
    type, client_id: shop.credentials.clientId, access_token: shop.credentials.accessToken, timestamp: String(Math.floor(call.nowMs / 1_000)),
    data_type: 'JSON', version: 'V1', ...call.params,
  };
  const sign = popSign(shop.credentials.clientSecret, params);
  return { path: '/api/router', query: {}, body: new URLSearchParams({ ...params, sign }).toString(), contentType: FORM };
}

export function wechatCall(path: string, accessToken: string, params: unknown): HubCall {
  return { path, query: { access_token: accessToken }, body: JSON.stringify(params), contentType: 'application/json' };
}

export function wechatTokenCall(shop: WechatShop, options: { readonly fresh: boolean }): HubCall {
  const { appId: appid, appSecret: secret } = shop.credentials;
  const params = { grant_type: 'client_credential', appid, secret, force_refresh: options.fresh };
  return { path: '/cgi-bin/stable_token', query: {}, body: JSON.stringify(params), contentType: 'application/json' };
}

/** Sends a call to the platforms' server. */
export async function sendCall(serverUrl: string, call: HubCall): Promise<{ readonly status: number; readonly body: string }> {
  const url = `${serverUrl}${call.path}?${new URLSearchParams(call.query).toString()}`;
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': call.contentType }, body: call.body });
  return { status: response.status, body: await response.text() };
}
