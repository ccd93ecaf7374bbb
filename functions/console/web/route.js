/** The address after `#` is the whole state of the page, so that a link, a reload and the back button all work. */

export const VIEW_NAMES = ['orders', 'stock', 'warehouses', 'shops'];

/** `#/orders/x.y.z?status=held` as {name, id, query}; anything unknown leads to the orders. */
export function parseRoute(hash) {
  const [path = '', search = ''] = hash.replace(/^#/, '').split('?');
  const [, name = '', id = ''] = path.split('/');
  if (!VIEW_NAMES.includes(name)) return { name: 'orders', id: '', query: {} };
  return { name, id: decoded(id), query: Object.fromEntries(new URLSearchParams(search)) };
}

/** The address of a view; empty parts of the query are left out. */
export function routeHref({ name, id = '', query = {} }) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined && value !== ''));
  return `#/${name}${id === '' ? '' : `/${encodeURIComponent(id)}`}${search.size > 0 ? `?${search}` : ''}`;
}

/** The key in `#key=sk_…`, if the address brings one. */
export function keyInHash(hash) {
  const key = new URLSearchParams(hash.replace(/^#/, '')).get('key')?.trim();
  return key === '' || key === undefined ? undefined : key;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
