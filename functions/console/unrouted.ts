import type { Contract } from '../../shared/kernel/contract.ts';
import type { Refusal } from '../../shared/kernel/result.ts';

const WEBHOOK = { path: '/webhooks/{channel}/{connectionId}', methods: ['GET', 'POST'] };

/** Tells a call that no route took whether the address is wrong or just the method. Pure. */
export function unroutedIn(contracts: readonly Contract[]): (method: string, path: string) => Refusal {
  const routes = Map.groupBy(contracts.flatMap((contract) => Object.values(contract)), ({ path }) => path);
  const known = [WEBHOOK, ...[...routes].map(([path, calls]) => ({ path, methods: calls.map(({ method }) => method) }))];
  const patterns = known.map(({ path, methods }) => ({ pattern: patternOf(path), methods }));
  return (method, path) => {
    const found = patterns.find(({ pattern }) => pattern.test(path));
    return found === undefined
      ? { code: 'not_found', detail: `${method} ${path} is no address of this API; see /docs.` }
      : { code: 'method_not_allowed', detail: `It takes ${found.methods.join(' and ')}.` };
  };
}

function patternOf(path: string): RegExp {
  const segments = path.split('/').map((segment) => {
    if (segment.endsWith('+}')) return '.+';
    return segment.startsWith('{') ? '[^/]+' : segment.replaceAll(/[.$^*+?()[\]|\\]/g, String.raw`\$&`);
  });
  return new RegExp(`^${segments.join('/')}$`);
}
