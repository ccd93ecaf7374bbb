import type { Finding } from '../source.ts';

/** The same files in every channel's folder, each with its test. */
const CHANNEL_FILES = ['verify', 'payload', 'translate', 'client'];
const CHANNEL_FOLDER = /^shared\/channels\/([^/]+)\//;
const FUNCTION_FOLDER = /^functions\/([^/]+)\//;

/** A channel is one folder with the same files as every other; a function is one folder with a handler and a test. */
export function folderFindings(files: readonly string[], channels: readonly string[]): Finding[] {
  const has = new Set(files);
  const missing = (folder: string, name: string, why: string): Finding[] => (has.has(`${folder}/${name}`) ? [] : [{ file: `${folder}/${name}`, line: 1, say: `is missing: ${why}` }]);
  const channelFolders = namesOf(files, CHANNEL_FOLDER);
  const functionFolders = namesOf(files, FUNCTION_FOLDER).filter((name) => name !== 'flows');
  return [
    ...channels.filter((name) => !channelFolders.includes(name)).map((name) => ({ file: `shared/channels/${name}`, line: 1, say: 'is missing: kernel/channel-order.ts lists the channel' })),
    ...channelFolders.flatMap((name) => [
      ...(channels.includes(name) ? [] : [{ file: `shared/channels/${name}`, line: 1, say: 'is no channel of kernel/channel-order.ts' }]),
      ...missing(`shared/channels/${name}`, `${name}.ts`, 'it puts the channel together'),
      ...CHANNEL_FILES.flatMap((part) => [
        ...missing(`shared/channels/${name}`, `${part}.ts`, 'every channel has the same files'),
        ...missing(`shared/channels/${name}`, `${part}.test.ts`, 'every file of a channel has its test'),
      ]),
    ]),
    ...functionFolders.flatMap((name) => missing(`functions/${name}`, 'handler.ts', 'every folder of functions/ is one function')),
    ...functionFolders.filter((name) => !files.some((file) => file.startsWith(`functions/${name}/`) && file.endsWith('.test.ts'))).map((name) => ({ file: `functions/${name}/handler.test.ts`, line: 1, say: 'is missing: every function has a test' })),
  ];
}

function namesOf(files: readonly string[], folder: RegExp): string[] {
  return [...new Set(files.flatMap((file) => folder.exec(file)?.[1] ?? []))];
}
