import { findNodes, is, nameOf, type Finding, type Node, type Source } from '../source.ts';

const SAYS: Readonly<Record<string, string>> = {
  TSAnyKeyword: '`any` switches the checks off: use unknown and a schema',
  TSTypeAssertion: 'a cast claims what nobody checks: parse with a schema, or narrow',
  TSNonNullExpression: '`!` claims what nobody checks: narrow, or assert with a message (kernel/assert.ts)',
  TSEnumDeclaration: 'type stripping cannot run enums: use a list `as const` and its union',
  TSModuleDeclaration: 'namespaces are files here: export from one',
  TSParameterProperty: 'type stripping cannot run parameter properties: declare the field',
};

/** What switches the type checker off, or cannot run by type stripping. */
export function typeFindings(source: Source): Finding[] {
  return findNodes(source, (node) => (isCast(node) ? SAYS['TSTypeAssertion'] : SAYS[node.type]));
}

function isCast(node: Node): boolean {
  if (!is(node, 'TSAsExpression')) return false;
  const type = node['typeAnnotation'];
  return !(is(type, 'TSTypeReference') && nameOf(type['typeName']) === 'const');
}
