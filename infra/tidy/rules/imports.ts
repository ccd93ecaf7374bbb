import path from 'node:path';
import { is, isBrowserCode, isForTests, lineAt, nameOf, nodesIn, visit, type Finding, type Node, type Source } from '../source.ts';

/** One import of a file: of a package by its name, or of a file by its path in the project. */
interface Import {
  readonly from: string;
  readonly names: readonly string[];
  readonly typeOnly: boolean;
  readonly start: number;
}

/** Modules of Node that compute and nothing else. */
const PURE_NODE = ['node:crypto', 'node:zlib', 'node:buffer', 'node:util'];
/** Packages that domains, flows and handlers may use; `aws-lambda` is types alone. */
const DOMAIN_PACKAGES = ['zod'];
const FUNCTION_PACKAGES = ['zod', '@middy/core'];
const TYPE_PACKAGES = ['aws-lambda', 'zod'];

/** Who may import what. Every rule reads: for files here, this is wrong, and this is what to do. */
export function importFindings(source: Source): Finding[] {
  return importsOf(source).flatMap((each) => {
    const say = wrongWith(source.file, each);
    return say === undefined ? [] : [{ file: source.file, line: lineAt(source, each.start), say: `imports ${each.from}: ${say}` }];
  });
}

function wrongWith(file: string, each: Import): string | undefined {
  if (each.from.startsWith('.')) return 'it leads out of the project; copy what is needed';
  const area = file.split('/')[0];
  if (/(^|\/)handler\.ts$/.test(each.from) && !isOwnTest(file, each.from)) return 'a handler is wiring and nobody imports it; move what is wanted into a file of its own';
  if (isBrowserCode(file)) return isBrowserCode(each.from) ? undefined : 'the browser has nothing but the files of web/';
  if (area === 'infra') return wrongInInfra(file, each.from);
  // The contract of the platform's ports is tested against the engines that stand for AWS.
  if (file.startsWith('shared/platform/') && isForTests(file) && each.from.startsWith('infra/local/engines/')) return undefined;
  if (each.from.startsWith('infra/')) return 'infra builds and runs the hub; the hub does not know it';
  return area === 'functions' ? wrongInFunctions(file, each) : wrongInShared(file, each);
}

function isOwnTest(file: string, handler: string): boolean {
  return isForTests(file) && (path.dirname(file) === path.dirname(handler) || file.startsWith('functions/flows/') || file.startsWith('infra/'));
}

function wrongInInfra(file: string, from: string): string | undefined {
  if (!file.startsWith('infra/simulator/')) return undefined;
  if (!/^shared\/(channels|orders)\//.test(from)) return undefined;
  return 'the simulator is the platforms’ side and must not share their mistakes with the hub; write it anew from the protocol';
}

function wrongInFunctions(file: string, each: Import): string | undefined {
  const [, own = ''] = file.split('/');
  const [area, other = ''] = each.from.split('/');
  if (area === 'functions') {
    if (other === own || other === 'flows') return undefined;
    if (own === 'console' && each.from.endsWith('/contract.ts')) return undefined;
    return own === 'flows' ? 'flows know no function; hand it in' : 'a function does not know another; move what both need to flows or shared';
  }
  if (area === 'shared' || isForTests(file) || isJson(each.from)) return undefined;
  return wrongPackage(each, FUNCTION_PACKAGES);
}

function wrongInShared(file: string, each: Import): string | undefined {
  const [, own = ''] = file.split('/');
  const [area, other = ''] = each.from.split('/');
  if (area === 'functions') return 'shared does not know functions; a flow across domains lives in functions/flows';
  if (area === 'shared') return wrongDomain(file, { own, other, from: each.from });
  if (own === 'platform' || isForTests(file)) return undefined;
  return wrongPackage(each, DOMAIN_PACKAGES);
}

function wrongDomain(file: string, { own, other, from }: { own: string; other: string; from: string }): string | undefined {
  if (own === 'channels' && other === 'channels') return wrongChannel(file, from);
  if (own === other || other === 'kernel') return undefined;
  if (own === 'kernel') return 'the kernel imports the kernel alone; what it needs belongs in it, or comes in as an argument';
  // One contract test runs a domain's store over both implementations of its port.
  if (file.endsWith('.contract.test.ts') && from.startsWith('shared/platform/testing/')) return undefined;
  if (other === 'platform') return 'a domain does not know AWS; ask for a port of kernel/ports.ts or kernel/tables.ts';
  if (from.endsWith('/schema.ts') || (isForTests(file) && own === 'platform')) return undefined;
  return 'of another domain only its schema.ts may be imported; a flow across domains lives in functions/flows';
}

/** `shared/channels/<own>/x.ts` knows its own folder and what lies beside the folders, but not the registry. */
function wrongChannel(file: string, from: string): string | undefined {
  const [own, other] = [file, from].map((name) => (name.split('/').length > 3 ? name.split('/')[2] : undefined));
  if (own === undefined || own === other) return undefined;
  if (other !== undefined) return 'a channel never imports another channel';
  return from.endsWith('/registry.ts') ? 'the registry knows the channels, not the other way round' : undefined;
}

function wrongPackage({ from, names, typeOnly }: Import, allowed: readonly string[]): string | undefined {
  if (typeOnly && TYPE_PACKAGES.includes(from)) return undefined;
  if (from === 'node:crypto' && names.some((name) => /^(random|generate)|^default$|^\*$/.test(name))) return 'randomness comes in as an argument (kernel/ids.ts, RandomBytes)';
  if (allowed.includes(from) || PURE_NODE.includes(from)) return undefined;
  return from.startsWith('node:') || from.startsWith('@aws-sdk/') ? 'only shared/platform touches the outside; ask for a port of kernel/ports.ts' : 'this package is not for here; see the table of packages in infra/tidy/rules/imports.ts';
}

function isJson(from: string): boolean {
  return from === 'package.json';
}

function importsOf(source: Source): Import[] {
  const imports: Import[] = [];
  visit(source, (node) => {
    if (is(node, 'ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression')) {
      const from = nameOf(node['source']);
      if (from !== undefined) imports.push({ from: resolved(source.file, from), names: namesOf(node), typeOnly: isTypeOnly(node), start: node.start });
    }
  });
  return imports;
}

function namesOf(node: Node): string[] {
  return nodesIn(node['specifiers']).map((specifier) => {
    if (specifier.type === 'ImportDefaultSpecifier') return 'default';
    return specifier.type === 'ImportNamespaceSpecifier' ? '*' : (nameOf(specifier['imported']) ?? '');
  });
}

function isTypeOnly(node: Node): boolean {
  const kind = node['importKind'] ?? node['exportKind'];
  const specifiers = nodesIn(node['specifiers']);
  return kind === 'type' || (specifiers.length > 0 && specifiers.every((specifier) => specifier['importKind'] === 'type'));
}

function resolved(file: string, from: string): string {
  return from.startsWith('.') ? path.posix.normalize(path.posix.join(path.posix.dirname(file), from)) : from;
}
