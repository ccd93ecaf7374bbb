import type { Finding } from '../source.ts';

const KEBAB_FILE = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)+$/;
const KEBAB_FOLDER = /^[a-z0-9]+(-[a-z0-9]+)*$/;
/** Words that say nothing about what is inside. */
const EMPTY_WORDS = /(^|[-.])(utils?|helpers?|common|managers?|misc|shared-code|stuff)([-.]|$)/;

/** A name tells what is inside, and reads the same on every file system. */
export function nameFindings(file: string): Finding[] {
  const folders = file.split('/');
  const name = folders.pop() ?? '';
  const findings = folders.filter((folder) => !KEBAB_FOLDER.test(folder)).map((folder) => `the folder ${folder} is not in kebab-case`);
  // Samples of a platform keep the platform's own names.
  if (name === 'README.md') return findings.map((say) => ({ file, line: 1, say }));
  const isSample = folders.includes('fixtures') && name.endsWith('.json');
  if (!KEBAB_FILE.test(name) && !isSample) findings.push(`${name} is not in kebab-case`);
  for (const word of [...folders, name]) if (EMPTY_WORDS.test(word)) findings.push(`${word} says nothing: name it after what is inside`);
  return findings.map((say) => ({ file, line: 1, say }));
}
