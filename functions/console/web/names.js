import { readList } from './api.js';

/** Names change rarely; they are read again after so long. */
const KEEP_MS = 60_000;
const NAMES_MAX = 200;

/**
 * A reader of the names of warehouses and shops, so that lists can say "杭州仓" instead of a code. Without them a list
 * still works, with codes; so a failure here is none of the list.
 */
export function nameReader(key) {
  let known;
  let readAtMs = 0;
  return async () => {
    if (known !== undefined && Date.now() - readAtMs < KEEP_MS) return known;
    readAtMs = Date.now();
    known = readNames(key);
    return known;
  };
}

async function readNames(key) {
  const nothing = { items: [] };
  const [warehouses, shops] = await Promise.all(['/v1/warehouses', '/v1/connections'].map((path) => readList({ key, path, wanted: NAMES_MAX }).catch(() => nothing)));
  const warehouseNames = new Map(warehouses.items.map(({ code, name }) => [code, name]));
  const shopNames = new Map(shops.items.map(({ channel, shopId, shopName }) => [`${channel} ${shopId}`, shopName]));
  return {
    warehouse: (code) => warehouseNames.get(code) ?? code,
    shop: (channel, shopId) => shopNames.get(`${channel} ${shopId}`) ?? shopId,
  };
}
