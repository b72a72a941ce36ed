/** One of those compared, at one operation. */
export interface Contender {
  readonly name: string;
  /** Opens a fresh client, puts what the operation needs, and rehearses it. */
  open(): Promise<Operation>;
}

/** Carries the operation out once; resolves to what its caller would get. */
export type Operation = () => Promise<unknown>;
