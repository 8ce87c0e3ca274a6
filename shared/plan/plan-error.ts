/** A run cannot be planned. The message says what could not be read or which part of the configuration is wrong. */
export class PlanError extends Error {
  override readonly name = 'PlanError';
}
