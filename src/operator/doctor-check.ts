/** What the doctor looks at. */
export type CheckName =
  | 'table'
  | 'engine'
  | 'regions'
  | 'ttl'
  | 'iam'
  | 'registry'
  | 'fences'
  | 'rows'
  | 'stamps'
  | 'schema'
  | 'versions'
  | 'work';

export interface DoctorCheck {
  readonly check: CheckName;
  /** A `problem` may lose or hide data, or stop an application; a `warning` costs something, or waits to be done. */
  readonly verdict: 'ok' | 'warning' | 'problem';
  /** What was found, and for what is not `ok` the mend. */
  readonly message: string;
}

export const ok = (check: CheckName, message: string): DoctorCheck => ({ check, verdict: 'ok', message });
export const warning = (check: CheckName, message: string): DoctorCheck => ({ check, verdict: 'warning', message });
export const problem = (check: CheckName, message: string): DoctorCheck => ({ check, verdict: 'problem', message });
