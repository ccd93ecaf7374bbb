import { createHash, createHmac } from 'node:crypto';

export type DouyinSignMethod = 'md5' | 'hmac-sha256';

interface App {
  readonly appKey: string;
  readonly appSecret: string;
}

/** `event-sign` of a push: over app key + raw body + app secret, lower hex; MD5, or HMAC where the app chose it. */
export function eventSign(app: App, body: Buffer, method: DouyinSignMethod): string {
  const hash = method === 'md5' ? createHash('md5') : createHmac('sha256', app.appSecret);
  return hash.update(app.appKey).update(body).update(app.appSecret).digest('hex');
}

/** The sign of an API call. The token, the sign and its method are not part of it. */
export function apiSign(app: App, call: { readonly method: string; readonly paramJson: string; readonly timestamp: string; readonly v: string }, method: DouyinSignMethod): string {
  const { appKey, appSecret } = app;
  const text = `${appSecret}app_key${appKey}method${call.method}param_json${call.paramJson}timestamp${call.timestamp}v${call.v}${appSecret}`;
  const hash = method === 'md5' ? createHash('md5') : createHmac('sha256', appSecret);
  return hash.update(text).digest('hex');
}
