import type { ApiFailure } from './channel.ts';

/** What an HTTP status other than 200 means, where the platform itself says nothing. */
export function httpFailure(status: number): ApiFailure {
  const kind = status === 429 ? 'throttled' : status >= 500 || status === 408 ? 'unavailable' : 'refused';
  return { kind, code: `http_${status}`, message: `the API answered HTTP ${status}` };
}
