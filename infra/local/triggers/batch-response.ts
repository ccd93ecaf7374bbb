import * as z from 'zod';

const answerSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string().min(1) })).nullish() });

/**
 * Which items of a batch failed, by Lambda's rules for ReportBatchItemFailures: nothing said, an empty answer or an empty
 * list is success; an answer of another form, an empty id or an id that was not in the batch fails the whole batch
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html).
 */
export function failedItems(answer: unknown, ids: readonly string[]): ReadonlySet<string> {
  if (answer === undefined || answer === null || answer === '') return new Set();
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return new Set(ids);
  const failed = new Set((parsed.data.batchItemFailures ?? []).map((each) => each.itemIdentifier));
  return [...failed].every((id) => ids.includes(id)) ? failed : new Set(ids);
}

/**
 * Where a stream's batch must be taken up again: at the first failed item, because a stream is in order.
 * Undefined when all of it succeeded.
 */
export function firstFailed(answer: unknown, ids: readonly string[]): number | undefined {
  const failed = failedItems(answer, ids);
  const index = ids.findIndex((id) => failed.has(id));
  return index < 0 ? undefined : index;
}
