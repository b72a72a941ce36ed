import type {
  DeclaredEnum,
  DeclaredField,
  DeclaredItemType,
  DeclaredObjectType,
  DeclaredSchema,
  DeclaredType,
} from '../../src/decorators/declared.js';
import type { ScalarName } from '../../src/fields/field-type.js';
import type { MigrationStep, RecordedMigration, RemovedField, TypeChange } from '../../src/schema/steps.js';
import { classNamed } from './declare.js';

/** What `@Field` says, in short: `'string'`, or with options. */
export function field(
  name: string,
  type: ScalarName | DeclaredType,
  options: Partial<DeclaredField> = {},
): DeclaredField {
  return { name, type: typeof type === 'string' ? { kind: type } : type, required: true, ...options };
}

export function itemType(name: string, keyPaths: readonly string[], ...fields: DeclaredField[]): DeclaredItemType {
  return { name, class: classNamed(name), keyPaths, fields };
}

export function objectType(name: string, ...fields: DeclaredField[]): DeclaredObjectType {
  return { name, class: classNamed(name), fields };
}

export function schemaOf(
  types: readonly DeclaredItemType[],
  objects: readonly DeclaredObjectType[] = [],
  enums: readonly DeclaredEnum[] = [],
): DeclaredSchema {
  return { types, objects, enums };
}

export function migration(from: number, ...steps: MigrationStep[]): RecordedMigration {
  return { name: `From${from}`, from, description: `from ${from}`, steps };
}

export function change(name: string, ...changes: TypeChange[]): MigrationStep {
  return { op: 'changeType', name, changes };
}

/** What `t.removeField` records. */
export function removed(
  was: DeclaredField,
  options: Partial<Pick<RemovedField, 'declared' | 'reaches'>> = {},
): TypeChange {
  const { declared, reaches = { objects: [], enums: [] } } = options;
  return {
    op: 'removeField',
    name: was.name,
    removed: { field: was, reaches, ...(declared !== undefined && { declared }) },
  };
}
