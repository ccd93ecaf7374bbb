import * as z from 'zod';
import { AwsError, callAws, type AwsService } from '../engines/aws-call.ts';

const imageSchema = z.record(z.string(), z.unknown());
export const changeSchema = z.object({
  eventID: z.string(),
  eventName: z.enum(['INSERT', 'MODIFY', 'REMOVE']),
  eventVersion: z.string().default('1.1'),
  userIdentity: z.unknown().optional(),
  dynamodb: z.looseObject({
    ApproximateCreationDateTime: z.number(),
    Keys: imageSchema,
    NewImage: imageSchema.optional(),
    OldImage: imageSchema.optional(),
    SequenceNumber: z.string(),
  }),
});
/** A record of a table's stream. */
export type Change = z.infer<typeof changeSchema>;

const tableSchema = z.object({ Table: z.object({ LatestStreamArn: z.string().optional() }) });
const streamSchema = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) });
const iteratorSchema = z.object({ ShardIterator: z.string() });
const recordsSchema = z.object({ Records: z.array(changeSchema), NextShardIterator: z.string().nullish() });

export interface StreamReaderInput {
  readonly dynamodb: AwsService;
  readonly streams: AwsService;
  readonly tableName: string;
}

/** Reads the stream of one table, from just after a sequence number or from its beginning. */
export class StreamReader {
  readonly #input: StreamReaderInput;
  #iterator: string | undefined;

  constructor(input: StreamReaderInput) {
    this.#input = input;
  }

  async next(afterSequence: string | undefined, limit: number): Promise<Change[]> {
    const iterator = this.#iterator ?? (await this.#newIterator(afterSequence));
    // Unknown until the answer has come: after an error the reader starts again from the sequence number.
    this.#iterator = undefined;
    const answer = recordsSchema.parse(await callAws(this.#input.streams, 'GetRecords', { ShardIterator: iterator, Limit: limit }));
    this.#iterator = answer.NextShardIterator ?? undefined;
    return answer.Records;
  }

  async #newIterator(afterSequence: string | undefined): Promise<string> {
    const table = tableSchema.parse(await callAws(this.#input.dynamodb, 'DescribeTable', { TableName: this.#input.tableName }));
    const streamArn = table.Table.LatestStreamArn;
    if (streamArn === undefined) throw new Error(`${this.#input.tableName} has no stream`);
    const stream = streamSchema.parse(await callAws(this.#input.streams, 'DescribeStream', { StreamArn: streamArn }));
    const [shard, second] = stream.StreamDescription.Shards;
    if (shard === undefined || second !== undefined) throw new Error('the local runtime reads streams of one shard only');
    const from = { StreamArn: streamArn, ShardId: shard.ShardId };
    if (afterSequence !== undefined) {
      const after = { ...from, ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: afterSequence };
      try {
        return iteratorSchema.parse(await callAws(this.#input.streams, 'GetShardIterator', after)).ShardIterator;
      } catch (error) {
        // The stream has forgotten that record, or the table was made anew: all there is comes after it.
        if (!(error instanceof AwsError)) throw error;
      }
    }
    const start = { ...from, ShardIteratorType: 'TRIM_HORIZON' };
    return iteratorSchema.parse(await callAws(this.#input.streams, 'GetShardIterator', start)).ShardIterator;
  }
}
