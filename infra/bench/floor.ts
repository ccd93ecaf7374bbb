import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createServer } from 'node:http';

/**
 * The floor a push is measured against: a bare Node server that sends the body to the same queue engine with the same
 * client, and answers. It checks nothing and knows nobody. Run as a process of its own with the engine's address.
 */
const [endpoint = ''] = process.argv.slice(2);
const client = new SQSClient({ endpoint, region: 'local', credentials: { accessKeyId: 'x', secretAccessKey: 'x' }, useQueueUrlAsEndpoint: false });
const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'floor' }));

const server = createServer((message, response) => {
  const chunks: Buffer[] = [];
  message.on('data', (chunk: Buffer) => chunks.push(chunk));
  message.on('end', () => {
    client.send(new SendMessageCommand({ QueueUrl, MessageBody: Buffer.concat(chunks).toString('utf8') })).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"code":0,"msg":"success"}'),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ kind: 'ready', port: typeof address === 'object' ? address?.port : 0 });
});
process.on('message', () => process.exit(0));
