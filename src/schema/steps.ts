import type { DeclaredField, DeclaredSchema } from '../decorators/declared.js';

/**
 * A migration as it was recorded: what its class said, as frozen data. Names are those of the moment at which the step
 * is taken, so the order of steps within a migration matters.
 */
export interface RecordedMigration {
  /** The name of its class, for messages. */
  readonly name: string;
  readonly from: number;
  readonly description: string;
  readonly steps: readonly MigrationStep[];
}

export type MigrationStep =
  | { readonly op: 'addType'; readonly name: string }
  | {
      readonly op: 'removeType';
      readonly name: string;
      readonly removed: DeclaredSchema;
    }
  | { readonly op: 'renameType'; readonly from: string; readonly to: string }
  | {
      readonly op: 'changeType';
      readonly name: string;
      readonly changes: readonly TypeChange[];
    }
  | {
      readonly op: 'changeEnum';
      readonly name: string;
      readonly changes: readonly EnumChange[];
    };

export type TypeChange =
  | { readonly op: 'addField'; readonly name: string }
  | {
      readonly op: 'removeField';
      readonly name: string;
      readonly removed: RemovedField;
    }
  | { readonly op: 'renameField'; readonly from: string; readonly to: string }
  | {
      readonly op: 'markFieldAsRequired';
      readonly name: string;
      readonly olderReadDefault?: unknown;
    }
  | {
      readonly op: 'markFieldAsNotRequired';
      readonly name: string;
      readonly readDefault?: unknown;
      readonly declared?: boolean;
    }
  | {
      readonly op: 'modifyFieldReadDefault';
      readonly name: string;
      readonly from?: unknown;
      readonly to?: unknown;
    }
  | { readonly op: 'addKeyPath'; readonly template: string }
  | { readonly op: 'removeKeyPath'; readonly template: string };

/** What a removed field was, with the object types and enums that its type reaches. */
export interface RemovedField {
  readonly field: DeclaredField;
  /**
   * Whether the older versions' class declared the readDefault itself. Where this is left out it follows from the
   * chain: see `OlderDefault` in moment.ts.
   */
  readonly declared?: boolean;
  readonly reaches: Pick<DeclaredSchema, 'objects' | 'enums'>;
}

export type EnumChange =
  | {
      readonly op: 'addValue';
      readonly value: string | number;
      readonly olderReadAs: string | number;
    }
  | {
      readonly op: 'renameValue';
      readonly from: string | number;
      readonly to: string | number;
    }
  | {
      readonly op: 'removeValue';
      readonly value: string | number;
      readonly newerReadAs: string | number;
    };

/** The steps of a migration in words: what is published beside it, for people. */
export function describeSteps(steps: readonly MigrationStep[]): readonly string[] {
  return steps.flatMap((step) => {
    switch (step.op) {
      case 'addType':
        return [`add type ${step.name}`];
      case 'removeType':
        return [`remove type ${step.name}`];
      case 'renameType':
        return [`rename type ${step.from} to ${step.to}`];
      case 'changeType':
        return step.changes.map((change) => `${step.name}: ${describeTypeChange(change)}`);
      case 'changeEnum':
        return step.changes.map((change) => `${step.name}: ${describeEnumChange(change)}`);
    }
  });
}

function describeTypeChange(change: TypeChange): string {
  switch (change.op) {
    case 'addField':
      return `add field ${change.name}`;
    case 'removeField':
      return `remove field ${change.name}`;
    case 'renameField':
      return `rename field ${change.from} to ${change.to}`;
    case 'markFieldAsRequired':
      return `mark field ${change.name} as required`;
    case 'markFieldAsNotRequired':
      return `mark field ${change.name} as not required`;
    case 'modifyFieldReadDefault':
      return `modify the read default of field ${change.name}`;
    case 'addKeyPath':
      return `add key path ${change.template}`;
    case 'removeKeyPath':
      return `remove key path ${change.template}`;
  }
}

function describeEnumChange(change: EnumChange): string {
  switch (change.op) {
    case 'addValue':
      return `add value ${JSON.stringify(change.value)}, which older versions read as ${JSON.stringify(change.olderReadAs)}`;
    case 'renameValue':
      return `rename value ${JSON.stringify(change.from)} to ${JSON.stringify(change.to)}`;
    case 'removeValue':
      return `remove value ${JSON.stringify(change.value)}, which newer versions read as ${JSON.stringify(change.newerReadAs)}`;
  }
}
