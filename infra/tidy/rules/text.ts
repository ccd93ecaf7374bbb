import type { Finding } from '../source.ts';

/** With a letter in brackets, so that this file does not find itself. */
const LEFT_OVERS = [
  { pattern: /\b(T[O]DO|F[I]XME|X[X]X|H[A]CK)\b/, say: 'do it now, or open an issue' },
  { pattern: /\b(it|test|describe|suite)\.(skip|only|todo|fails)\b/, say: 'a test that does not run proves nothing: repair or delete it' },
  { pattern: /^\s*\/\/\s*(?:const|let|return|await|import|if \()\b.*[;{]\s*$/, say: 'delete code instead of commenting it out; git keeps it' },
  { pattern: /(\/\/|\/\*).*lint-disable(?!-next-line [a-z/-]+ -- .{10})/, say: 'repair the finding; or hide this one line of this one rule, and say why: `-next-line rule -- reason`' },
  { pattern: /(\/\/|\/\*)\s*@ts-(ignore|nocheck|expect-error)/, say: 'repair the finding instead of hiding it' },
  { pattern: /(?<![\w./~-])\/(work|root|home)\//, say: 'a path of one machine does not exist on another' },
];

/** What must not be left in any text of the project. */
export function textFindings({ file, text }: { file: string; text: string }): Finding[] {
  return text.split('\n').flatMap((content, index) => LEFT_OVERS.flatMap(({ pattern, say }) => {
    const found = pattern.exec(content);
    return found === null ? [] : [{ file, line: index + 1, say: `“${found[0].trim()}”: ${say}` }];
  }));
}
