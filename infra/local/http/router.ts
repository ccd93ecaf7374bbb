/** A route as the template writes it, `GET /orders/{id}`, `ANY /{proxy+}` or `$default`, with what it leads to. */
export interface Route<T> {
  readonly key: string;
  readonly target: T;
}

export interface Match<T> {
  readonly key: string;
  readonly target: T;
  /** Values of the path's variables, percent-decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

interface Compiled<T> extends Route<T> {
  readonly method: string;
  readonly segments: readonly string[];
}

const DEFAULT_KEY = '$default';
const ANY = 'ANY';

/**
 * The rules of an HTTP API: among the routes that fit path and method, fixed segments win over `{variables}`, these over
 * `{greedy+}`, then a named method over ANY, then `$default`
 * (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html).
 */
export class Router<T> {
  readonly #fixed = new Map<string, Route<T>>();
  readonly #variable: readonly Compiled<T>[];
  readonly #default: Route<T> | undefined;

  constructor(routes: readonly Route<T>[]) {
    const compiled = routes.filter((route) => route.key !== DEFAULT_KEY).map(compile);
    for (const route of compiled.filter((each) => !each.key.includes('{'))) {
      this.#fixed.set(route.key, route);
    }
    this.#variable = compiled.filter((each) => each.key.includes('{')).toSorted(bySpecificity);
    this.#default = routes.find((route) => route.key === DEFAULT_KEY);
  }

  match(method: string, path: string): Match<T> | undefined {
    const fixed = this.#fixed.get(`${method} ${path}`) ?? this.#fixed.get(`${ANY} ${path}`);
    if (fixed !== undefined) return { key: fixed.key, target: fixed.target, parameters: {} };
    const segments = path.split('/');
    for (const route of this.#variable) {
      if (route.method !== method && route.method !== ANY) continue;
      const parameters = parametersOf(route.segments, segments);
      if (parameters !== undefined) return { key: route.key, target: route.target, parameters };
    }
    const fallback = this.#default;
    return fallback && { key: fallback.key, target: fallback.target, parameters: {} };
  }
}

function compile<T>(route: Route<T>): Compiled<T> {
  const [method = '', path = ''] = route.key.split(' ');
  return { ...route, method, segments: path.split('/') };
}

function parametersOf(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const actual = segments[index];
    if (actual === undefined) return undefined;
    if (rank(expected) === 2) {
      const rest = segments.slice(index).join('/');
      if (rest === '') return undefined;
      parameters[expected.slice(1, -2)] = decode(rest);
      return parameters;
    }
    if (rank(expected) === 1) {
      if (actual === '') return undefined;
      parameters[expected.slice(1, -1)] = decode(actual);
    } else if (expected !== actual) return undefined;
  }
  return segments.length === pattern.length ? parameters : undefined;
}

/** 0 fixed, 1 `{variable}`, 2 `{greedy+}`. */
function rank(segment: string): number {
  if (!segment.startsWith('{')) return 0;
  return segment.endsWith('+}') ? 2 : 1;
}

function bySpecificity<T>(a: Compiled<T>, b: Compiled<T>): number {
  for (let index = 0; index < Math.max(a.segments.length, b.segments.length); index += 1) {
    const difference = rank(a.segments[index] ?? '{+}') - rank(b.segments[index] ?? '{+}');
    if (difference !== 0) return difference;
  }
  return Number(a.method === ANY) - Number(b.method === ANY);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
