import { findNodes, is, lineCount, nameOf, nodesIn, type Finding, type Node, type Source } from '../source.ts';

export const FILE_LINES_MAX = 300;
export const TEST_LINES_MAX = 500;
export const HANDLER_LINES_MAX = 60;
export const PARAMETERS_MAX = 3;

/** Small enough to be read at once. The lines of a function are oxlint's matter (max-lines-per-function). */
export function sizeFindings(source: Source): Finding[] {
  const lines = lineCount(source);
  const most = linesMax(source.file);
  const long = lines > most ? [{ file: source.file, line: lines, say: `has ${lines} lines, ${most} are the most: part it by what it does` }] : [];
  return [...long, ...findNodes(source, parameterFinding)];
}

function linesMax(file: string): number {
  if (file.endsWith('.test.ts')) return TEST_LINES_MAX;
  return /^functions\/[^/]+\/handler\.ts$/.test(file) ? HANDLER_LINES_MAX : FILE_LINES_MAX;
}

/** Of a `test.each` table, or the values of a property test: there the table sets the number. */
const ROW_GIVERS = ['each', 'property', 'asyncProperty'];

function parameterFinding(node: Node, parent: Node | undefined): string | undefined {
  if (!is(node, 'FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression', 'TSMethodSignature', 'TSFunctionType')) return undefined;
  const count = nodesIn(node['params']).length;
  if (count <= PARAMETERS_MAX || takesRows(parent)) return undefined;
  return `has ${count} parameters, ${PARAMETERS_MAX} are the most: pass one object, which names them`;
}

function takesRows(parent: Node | undefined): boolean {
  if (!is(parent, 'CallExpression')) return false;
  const giver = is(parent['callee'], 'CallExpression') ? parent['callee']['callee'] : parent['callee'];
  return is(giver, 'MemberExpression') && ROW_GIVERS.includes(nameOf(giver['property']) ?? '');
}
