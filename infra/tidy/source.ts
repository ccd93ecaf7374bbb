import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vitest/node';

/** Where the project lies, and its three folders of source. */
export const PROJECT_DIR = path.join(import.meta.dirname, '../..');
const FOLDERS = ['infra', 'functions', 'shared'];
const CODE = ['ts', 'js', 'mjs', 'css', 'html'];
const PARSED = /\.(ts|js|mjs)$/;

/** One thing that is wrong, where it is, and what to do about it. */
export interface Finding {
  readonly file: string;
  readonly line: number;
  readonly say: string;
}

/** A part of a parsed file. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

export interface Source {
  /** From the project's folder, with forward slashes. */
  readonly file: string;
  readonly text: string;
  /** Undefined for what is not a program. */
  readonly program: Node | undefined;
}

/** Everything a person writes as code, in the order of its names. */
export function sources(): Source[] {
  const files = FOLDERS.flatMap((folder) => globSync(`${folder}/**/*.{${CODE.join(',')}}`, { cwd: PROJECT_DIR }));
  return files.toSorted().map((file) => sourceOf(file.replaceAll(path.sep, '/'), readFileSync(path.join(PROJECT_DIR, file), 'utf8')));
}

/** Every file below the project's folders, code or not. */
export function allFiles(): string[] {
  return FOLDERS.flatMap((folder) => globSync(`${folder}/**/*`, { cwd: PROJECT_DIR, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(PROJECT_DIR, path.join(entry.parentPath, entry.name)).replaceAll(path.sep, '/'))
    .toSorted();
}

export function sourceOf(file: string, text: string): Source {
  return { file, text, program: PARSED.test(file) ? programOf(file, text) : undefined };
}

function programOf(file: string, text: string): Node | undefined {
  const program: unknown = parseAst(text, { lang: file.endsWith('.ts') ? 'ts' : 'js' }, file);
  return isNode(program) ? program : undefined;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value && typeof value.start === 'number';
}

/** Whether a field of a node holds a node of one of these types. */
export function is(value: unknown, ...types: readonly string[]): value is Node {
  return isNode(value) && types.includes(value.type);
}

/** The nodes in a list of a node, such as the arguments of a call. */
export function nodesIn(value: unknown): Node[] {
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** The name an identifier has, or the text of a literal. */
export function nameOf(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  const name = value['name'] ?? value['value'];
  return typeof name === 'string' ? name : undefined;
}

/** Visits every node of a file, each with the node around it. */
export function visit({ program }: Source, look: (node: Node, parent: Node | undefined) => void): void {
  const walk = (value: unknown, parent: Node | undefined): void => {
    if (Array.isArray(value)) {
      for (const each of value) walk(each, parent);
    } else if (isNode(value)) {
      look(value, parent);
      for (const field of Object.values(value)) walk(field, value);
    }
  };
  walk(program, undefined);
}

export function lineAt({ text }: Source, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

export function lineCount({ text }: Source): number {
  return text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

/** Collects what a rule has to say about the nodes of one file. */
export function findNodes(source: Source, judge: (node: Node, parent: Node | undefined) => string | undefined): Finding[] {
  const findings: Finding[] = [];
  visit(source, (node, parent) => {
    const say = judge(node, parent);
    if (say !== undefined) findings.push({ file: source.file, line: lineAt(source, node.start), say });
  });
  return findings;
}

/** Tests, and what exists for tests alone. */
export function isForTests(file: string): boolean {
  return file.endsWith('.test.ts') || /(^|\/)(testing|fixtures)\//.test(file);
}

/** The browser's side of the console: it runs where there is no hub. */
export function isBrowserCode(file: string): boolean {
  return file.startsWith('functions/console/web/');
}

/** One line a finding, as compilers write them; empty when all is well. */
export function report(findings: readonly Finding[]): string {
  return findings.map(({ file, line, say }) => `${file}:${line} ${say}`).join('\n');
}
