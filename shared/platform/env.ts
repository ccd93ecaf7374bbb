/**
 * The environment a function was given, read when its module is loaded: in the local runtime every function has its
 * own, and shares a process with the others.
 */
const environment: Readonly<Record<string, string | undefined>> = { ...process.env };

/** A value the function must have been given; a missing one is a mistake in the stage table. */
export function envValue(name: string): string {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`the environment has no ${name}: see infra/stages.ts`);
  return value;
}
