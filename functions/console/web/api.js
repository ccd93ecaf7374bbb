/** Calls of the hub's API. A refusal is thrown as an ApiError with the hub's own code and request id. */

/** The most rows one page of a list may have, as the API sets it. */
const PAGE_ITEMS_MAX = 200;
/** A filter may leave pages half empty; after so many calls a list is shown as far as it came. */
const PAGES_MAX = 10;
const TIMEOUT_MS = 15_000;

export class ApiError extends Error {
  constructor({ status, code, title, titleZh, detail, requestId }) {
    super(title ?? code);
    Object.assign(this, { status, code, title, titleZh, detail, requestId });
  }
}

/** Reads `path` with the key; `query` leaves out what is empty. */
export async function read({ key, path, query = {}, signal }) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''));
  const url = search.size > 0 ? `${path}?${search}` : path;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response;
  try {
    response = await fetch(url, {
      headers: { authorization: `Bearer ${key}`, accept: 'application/json' },
      signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
      cache: 'no-store',
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError({ status: 0, code: timeout.aborted ? 'timeout' : 'network' });
  }
  const body = await response.json().catch(() => undefined);
  if (response.ok && body !== undefined) return body;
  // API Gateway's own refusals carry no code.
  throw new ApiError({ ...body, status: response.status, code: body?.code ?? (response.status === 429 ? 'rate_limited' : `http_${response.status}`) });
}

/** The first `wanted` items of a list, over as many pages as that takes, and whether there are more. */
export async function readList({ wanted, query = {}, ...call }) {
  const items = [];
  let cursor;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const limit = Math.min(PAGE_ITEMS_MAX, wanted - items.length);
    // Each page starts where the one before ended.
    const answer = await read({ ...call, query: { ...query, limit: String(limit), cursor } });
    items.push(...answer.items);
    cursor = answer.nextCursor ?? undefined;
    if (cursor === undefined || items.length >= wanted) break;
  }
  return { items, more: cursor !== undefined };
}
