/** One call of the API and the steps that it does. */
export interface StepCall<S, R> {
  readonly request: R;
  readonly steps: readonly S[];
}
