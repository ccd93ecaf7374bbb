import * as z from 'zod';

/** Events for functions that are invoked asynchronously wait in this queue of the hub's own. */
export const INVOCATIONS_QUEUE = 'local-invocations';

/** A change of a file, as the file engine tells it. */
export const bucketEventSchema = z.object({
  bucket: z.string(),
  key: z.string(),
  status: z.enum(['uploaded', 'deleted', 'copied', 'renamed']),
  timestamp: z.number(),
});
export type BucketEvent = z.infer<typeof bucketEventSchema>;
