// The way in of `npm start`. Plain JavaScript, because it must run, and give one clear line, under a Node that is too old
// for the rest: from 22.18 on Node runs TypeScript by itself.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `Shuniu needs Node 22.18 or newer, and this is ${process.versions.node}. On Linux x64 \`npm ci\` brings one along, which \`npm start\` uses; elsewhere install Node 24 from https://nodejs.org.`,
  );
  process.exit(1);
}

// SQLite and type stripping still call themselves experimental; that is no news to whoever starts a hub.
process.removeAllListeners('warning');
process.on('warning', (warning) => {
  if (warning.name !== 'ExperimentalWarning') console.error(warning.stack);
});
process.setSourceMapsEnabled(true);

const { enableCompileCache } = await import('node:module');
const os = await import('node:os');
const path = await import('node:path');
// Compiled code is kept for the next start, which takes a third off it. By environment too, for the threads.
const compiled = path.join(os.tmpdir(), 'node-compile-cache');
process.env.NODE_COMPILE_CACHE ??= compiled;
enableCompileCache(compiled);

const { main } = await import('./main.ts');
process.exit(await main(process.argv.slice(2)));
