/** A broken promise inside our own code. It is never caught on the way: it becomes an alarm, not an answer. */
export class BugError extends Error {
  override readonly name = 'BugError';
}

/** Throws a BugError unless the condition holds. For what cannot be, not for what a caller may get wrong. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BugError(message);
}

/** Closes an exhaustive switch: reaching it is a bug. */
export function never(value: never): never {
  throw new BugError(`unreachable: ${JSON.stringify(value)}`);
}
