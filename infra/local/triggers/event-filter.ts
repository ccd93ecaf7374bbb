import { isDeepStrictEqual } from 'node:util';
import { TemplateError } from '../template/resolver.ts';

export type EventFilter = (event: unknown) => boolean;

/**
 * A filter of an event source mapping: an event passes when any of the patterns fits; no pattern lets all pass.
 * Known are nested fields, literals, `prefix`, `suffix`, `exists` and `anything-but`; others stop the boot
 * (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html).
 */
export function eventFilter(patterns: readonly string[]): EventFilter {
  const filters = patterns.map((pattern): EventFilter => compile(JSON.parse(pattern)));
  return (event) => filters.length === 0 || filters.some((fits) => fits(event));
}

function compile(pattern: unknown): EventFilter {
  if (Array.isArray(pattern)) {
    const rules = pattern.map(compileRule);
    return (value) => rules.some((fits) => (Array.isArray(value) ? value.some((each: unknown) => fits(each)) : fits(value)));
  }
  if (!isRecord(pattern)) throw new TemplateError(`not a filter: ${JSON.stringify(pattern)}`);
  const fields = Object.entries(pattern).map(([name, inner]) => ({ name, fits: compile(inner) }));
  return (value) => fields.every(({ name, fits }) => fits(isRecord(value) ? value[name] : undefined));
}

function compileRule(rule: unknown): EventFilter {
  if (!isRecord(rule)) return (value) => value === rule;
  const [[name, argument] = [], ...others] = Object.entries(rule);
  if (others.length > 0) throw new TemplateError(`the local runtime does not know the filter ${JSON.stringify(rule)}`);
  if (name === 'exists') return (value) => (value !== undefined) === argument;
  if (name === 'prefix' && typeof argument === 'string') return (value) => typeof value === 'string' && value.startsWith(argument);
  if (name === 'suffix' && typeof argument === 'string') return (value) => typeof value === 'string' && value.endsWith(argument);
  if (name === 'anything-but') {
    const refused: unknown[] = Array.isArray(argument) ? argument : [argument];
    if (refused.some(isRecord)) throw new TemplateError(`the local runtime does not know the filter ${JSON.stringify(rule)}`);
    return (value) => value !== undefined && !refused.some((each) => isDeepStrictEqual(each, value));
  }
  throw new TemplateError(`the local runtime does not know the filter ${JSON.stringify(rule)}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
