import type { IncomingMessage } from 'node:http';

/** The whole body of a request, or undefined when it is larger; then the rest is read and thrown away. */
export function readBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    else chunks.length = 0;
  });
  request.on('end', () => resolve(bytes <= bytesMax ? Buffer.concat(chunks) : undefined));
  request.on('error', reject);
  return promise;
}
