import { is, lineAt, nameOf, nodesIn, visit, type Finding, type Node, type Source } from '../source.ts';

/** A code of the error table in use, and where. */
export interface UsedCode {
  readonly code: string;
  readonly file: string;
  readonly line: number;
}

/** Codes that a file answers with: in `refuse('…')`, in `err({ code: '…' })` and in the `refusals` of a contract. */
export function codesUsed(source: Source): UsedCode[] {
  const used: UsedCode[] = [];
  visit(source, (node) => {
    for (const literal of literalsOf(node)) used.push({ code: String(literal['value']), file: source.file, line: lineAt(source, literal.start) });
  });
  return used;
}

function literalsOf(node: Node): Node[] {
  if (is(node, 'CallExpression')) {
    const [first] = nodesIn(node['arguments']);
    if (nameOf(node['callee']) === 'refuse') return textsIn(first);
    if (nameOf(node['callee']) === 'err' && is(first, 'ObjectExpression')) return refusalCode(nodesIn(first['properties']));
  }
  if (is(node, 'Property') && nameOf(node['key']) === 'refusals' && is(node['value'], 'ArrayExpression')) return nodesIn(node['value']['elements']).flatMap(textsIn);
  return [];
}

/** What a platform's API failed with has a `kind` beside its code, and is not for callers. */
function refusalCode(properties: readonly Node[]): Node[] {
  if (properties.some((each) => nameOf(each['key']) === 'kind')) return [];
  return properties.filter((each) => nameOf(each['key']) === 'code').flatMap((each) => textsIn(each['value']));
}

/** A text, or both texts of a choice. */
function textsIn(value: unknown): Node[] {
  if (is(value, 'ConditionalExpression')) return [...textsIn(value['consequent']), ...textsIn(value['alternate'])];
  return is(value, 'Literal') && typeof value['value'] === 'string' ? [value] : [];
}

/** Codes used that are not listed, and codes listed that nothing in the source names. */
export function errorFindings(all: readonly Source[], listed: readonly string[], table: string): Finding[] {
  const unlisted = all.flatMap(codesUsed).filter(({ code }) => !listed.includes(code));
  const others = all.filter(({ file }) => file !== table).map(({ text }) => text).join('\n');
  const idle = listed.filter((code) => !new RegExp(`['"]${code}['"]`).test(others));
  return [
    ...unlisted.map(({ code, file, line }) => ({ file, line, say: `the code ${code} is not in ${table}: list it with its HTTP status and both languages` })),
    ...idle.map((code) => ({ file: table, line: lineOf(all, table, code), say: `nothing answers with ${code}: delete it, or answer with it` })),
  ];
}

function lineOf(all: readonly Source[], table: string, code: string): number {
  const source = all.find(({ file }) => file === table);
  return source === undefined ? 1 : lineAt(source, Math.max(0, source.text.indexOf(`  ${code}:`)));
}
