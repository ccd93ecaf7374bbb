/** The hub cannot run, for a reason its user can do something about: shown as one line, without a stack. */
export class HubError extends Error {
  override readonly name = 'HubError';
}
