import { findNodes, is, isBrowserCode, isForTests, nameOf, nodesIn, type Finding, type Node, type Source } from '../source.ts';

/** Files that may meet the outside: the platform, the place where the ports are put in, and all that builds and tests. */
function mayMeetTheOutside(file: string): boolean {
  return file.startsWith('infra/') || file.startsWith('shared/platform/') || file === 'functions/flows/live-hub.ts' || isForTests(file) || isBrowserCode(file);
}

/** `object.property` as read or called, and what to use in its place. `*` is any property. */
const MEMBERS: Readonly<Record<string, string>> = {
  'Date.now': 'time comes in as an argument (Clock of kernel/ports.ts)',
  'Math.random': 'randomness comes in as an argument (RandomBytes of kernel/ids.ts)',
  'performance.*': 'time comes in as an argument (Clock of kernel/ports.ts)',
  'crypto.*': 'import what is pure from node:crypto; randomness comes in as an argument',
  'process.*': 'settings come in as arguments; shared/platform/env.ts alone reads the environment',
  'console.*': 'log through the Log of kernel/ports.ts: its lines are data, without personal data or secrets',
};

const CALLS: Readonly<Record<string, string>> = {
  fetch: 'call out through HttpSend of kernel/ports.ts, which bounds time and size',
  setTimeout: 'wait through `sleep` of kernel/ports.ts',
  setInterval: 'nothing runs between two calls of a Lambda function; use a schedule',
  setImmediate: 'await what should happen first',
  randomBytes: 'randomness comes in as an argument (RandomBytes of kernel/ids.ts)',
  randomUUID: 'ids come in as arguments, or from kernel/ids.ts',
  Date: 'time comes in as an argument (Clock of kernel/ports.ts)',
};

/** Time, ids and randomness come in as arguments, so that everything can be repeated in a test. */
export function purityFindings(source: Source): Finding[] {
  if (mayMeetTheOutside(source.file)) return [];
  return findNodes(source, (node) => memberFinding(node) ?? callFinding(node));
}

function memberFinding(node: Node): string | undefined {
  if (!is(node, 'MemberExpression')) return undefined;
  const object = nameOf(node['object']);
  const property = nameOf(node['property']);
  if (!is(node['object'], 'Identifier') || object === undefined) return undefined;
  const say = MEMBERS[`${object}.${property ?? ''}`] ?? MEMBERS[`${object}.*`];
  return say === undefined ? undefined : `${object}.${property ?? ''}: ${say}`;
}

function callFinding(node: Node): string | undefined {
  const callee = nameOf(node['callee']);
  if (callee === undefined) return undefined;
  if (is(node, 'NewExpression')) return callee === 'Date' && nodesIn(node['arguments']).length === 0 ? `new Date() without an argument: ${CALLS['Date'] ?? ''}` : undefined;
  const say = is(node, 'CallExpression') && Object.hasOwn(CALLS, callee) ? CALLS[callee] : undefined;
  return say === undefined ? undefined : `${callee}(): ${say}`;
}
