import type { FieldType } from '../fields/field-type.js';
import type { Intake } from './intake.js';
import type { DefaultState, Identity, Moment } from './moment.js';
import type { Place } from './place.js';

/** What the undoing of one migration works on. */
export interface Undoing {
  /** Goes back step by step. */
  readonly moment: Moment;
  readonly intake: Intake;
  /** The migration, for messages. */
  readonly place: Place;
  /** What the migration tells readers, collected. */
  readonly lens: IdentifiedLensStep[];
  /** The `unsettled` defaults of the whole history that turned out to be declared. */
  readonly settled: Set<DefaultState>;
  /** The object types and enums that a step named, collected: each must be in use on the right side of the migration. */
  readonly named: NamedByStep[];
}

export interface NamedByStep {
  readonly id: Identity;
  readonly name: string;
  readonly op: 'addType' | 'removeType' | 'renameType' | 'changeType' | 'changeEnum';
}

/** `LensStep` over identities. */
export type IdentifiedLensStep =
  | {
      readonly op: 'olderDefault';
      readonly owner: Identity;
      readonly field: Identity;
      readonly type: FieldType;
      /** Left out of the published lens where it turns out that the older class declares it. */
      readonly readDefault: DefaultState;
    }
  | { readonly op: 'enumAdded'; readonly enum: Identity; readonly value: Identity; readonly olderReadAs: Identity }
  | { readonly op: 'enumRemoved'; readonly enum: Identity; readonly value: Identity; readonly newerReadAs: Identity };
