import type { FieldType, JsonValue } from '../fields/field-type.js';
import { namedDefault, type DefaultNames } from './defaults.js';
import { expiryAt } from './expiry.js';
import { KeyPathIds } from './key-path-ids.js';
import type { EnumModel, FieldModel, ItemTypeModel, LensStep, ObjectTypeModel, SchemaVersion } from './model.js';
import { mapReference, type EnumState, type Identity, type Moment, type TypeState } from './moment.js';
import { sortedBy } from './ordering.js';
import { classNameOf, refuse, withDefaultAt, type Place } from './place.js';
import type { History } from './rewind.js';
import { StorageNames } from './storage-names.js';
import type { IdentifiedLensStep } from './undoing.js';

/**
 * Gives out storage names and path ids, from version 1 on, so that what a later version adds changes nothing of the
 * versions before it.
 */
export class Assembler {
  private readonly names = new StorageNames();
  private readonly paths = new KeyPathIds();
  private readonly enumBases = new Map<string, 'string' | 'int'>();

  constructor(private readonly history: History) {}

  /** To be called for every version, in order. */
  version(version: number, place: Place): SchemaVersion {
    const moment = this.moment(version);
    this.names.admit(moment, version, place);
    for (const e of moment.allEnums) this.enumBases.set(this.names.ofType(e.id), e.base);
    const models = (kind: TypeState['kind']): readonly TypeState[] =>
      moment.allTypes.filter((type) => type.kind === kind);
    return {
      version,
      types: byStorageName(models('item').map((type) => this.itemType(type, version, place))),
      objects: byStorageName(models('object').map((type) => this.objectType(type, version, place))),
      enums: byStorageName(moment.allEnums.map((e) => this.enum(e))),
    };
  }

  /** What the migration from the version tells readers, in the order of its steps. */
  lens(from: number, place: Place): readonly LensStep[] {
    const steps = [...(this.history.lenses[from - 1] ?? [])].reverse();
    const named = steps.flatMap((step) => this.lensStep(step, from, place));
    // A field that becomes optional and is then removed has two: what older readers get is what the first says.
    return named.filter(
      (step, i) => step.op !== 'olderDefault' || !named.slice(0, i).some((other) => sameField(other, step)),
    );
  }

  private moment(version: number): Moment {
    return this.history.versions[version - 1] as Moment;
  }

  private itemType(type: TypeState, version: number, place: Place): ItemTypeModel {
    const object = this.objectType(type, version, place);
    const expiry = expiryAt(type, object, version, place);
    return {
      ...object,
      keyPaths: this.paths.admit(type, object, this.enumBases, version, place),
      ...(expiry !== undefined && { expiry }),
    };
  }

  private objectType(type: TypeState, version: number, place: Place): ObjectTypeModel {
    const fields = type.fields.map((field): FieldModel => {
      const { name, required, readDefault, initialValue } = field;
      const at = { ...place, class: classNameOf(type.class), property: name, version };
      return {
        storageName: this.names.ofField(type.id, field.id),
        name,
        type: this.named(field.type),
        required,
        ...(readDefault !== undefined &&
          this.isDeclared(readDefault) && { readDefault: this.default(field.type, readDefault.value, version, at) }),
        ...(initialValue !== undefined && { initialValue }),
      };
    });
    return {
      storageName: this.names.ofType(type.id),
      name: type.name,
      fields: sortedBy(fields, (field) => field.storageName),
    };
  }

  private enum(e: EnumState): EnumModel {
    const values = e.values.map(({ id, value }) => ({ value, stored: this.names.ofValue(e.id, id) }));
    return {
      storageName: this.names.ofType(e.id),
      name: e.name,
      base: e.base,
      values: sortedBy(values, ({ stored }) => JSON.stringify(stored)),
    };
  }

  private lensStep(step: IdentifiedLensStep, from: number, place: Place): readonly LensStep[] {
    if (step.op === 'olderDefault') {
      const owner = this.moment(from).type(step.owner);
      const field = owner?.fields.find((candidate) => candidate.id === step.field);
      if (owner === undefined || field === undefined || this.alwaysDeclared(step.owner, step.field, from)) return [];
      const at = { ...place, class: classNameOf(owner.class), property: field.name };
      return [
        {
          op: 'olderDefault',
          owner: this.names.ofType(owner.id),
          field: this.names.ofField(owner.id, field.id),
          default: this.default(step.type, step.readDefault.value, from, at),
        },
      ];
    }
    const older = this.moment(from).enum(step.enum);
    const newer = this.moment(from + 1).enum(step.enum);
    const [has, reads, readAs] =
      step.op === 'enumAdded' ? [newer, older, step.olderReadAs] : [older, newer, step.newerReadAs];
    if (older === undefined || newer === undefined || !hasValue(has, step.value)) return [];
    if (!hasValue(reads, readAs)) refuseReadAs(step.op, newer, from, place);
    const named = { enum: this.names.ofType(newer.id), stored: this.names.ofValue(newer.id, step.value) };
    const stored = this.names.ofValue(newer.id, readAs);
    return step.op === 'enumAdded'
      ? [{ op: 'enumAdded', ...named, olderReadAs: stored }]
      : [{ op: 'enumRemoved', ...named, newerReadAs: stored }];
  }

  /** True where every version that has the field, up to this one, declares a default of its own: then it needs no other. */
  private alwaysDeclared(owner: Identity, field: Identity, upTo: number): boolean {
    return this.history.versions.slice(0, upTo).every((moment) => {
      const state = moment.type(owner)?.fields.find(({ id }) => id === field);
      return state === undefined || (state.readDefault !== undefined && this.isDeclared(state.readDefault));
    });
  }

  private isDeclared(readDefault: NonNullable<TypeState['fields'][number]['readDefault']>): boolean {
    return readDefault.standing === 'declared' || this.history.settled.has(readDefault);
  }

  private named(type: FieldType): FieldType {
    return mapReference(type, (id) => this.names.ofType(id));
  }

  private default(type: FieldType, value: JsonValue, version: number, place: Place): JsonValue {
    return withDefaultAt(place, () => namedDefault(type, value, this.defaultNames(this.moment(version))));
  }

  private defaultNames(moment: Moment): DefaultNames {
    return {
      enumValue: (enumId, valueId) =>
        hasValue(moment.enum(enumId), valueId) ? this.names.ofValue(enumId, valueId) : undefined,
      fields: (objectId) =>
        (moment.type(objectId)?.fields ?? []).map(({ id, name, type, required, readDefault }) => ({
          id,
          name,
          type,
          storageName: this.names.ofField(objectId, id),
          demanded: required && (readDefault === undefined || !this.isDeclared(readDefault)),
        })),
    };
  }
}

function byStorageName<T extends { readonly storageName: string }>(models: readonly T[]): Readonly<Record<string, T>> {
  return Object.fromEntries(sortedBy(models, (model) => model.storageName).map((model) => [model.storageName, model]));
}

function hasValue(e: EnumState | undefined, value: string): boolean {
  return e?.values.some((candidate) => candidate.id === value) ?? false;
}

function sameField(a: LensStep, b: LensStep): boolean {
  return a.op === 'olderDefault' && b.op === 'olderDefault' && a.owner === b.owner && a.field === b.field;
}

function refuseReadAs(op: 'enumAdded' | 'enumRemoved', e: EnumState, from: number, place: Place): never {
  const [option, side] = op === 'enumAdded' ? ['olderReadAs', from] : ['newerReadAs', from + 1];
  return refuse(
    { ...place, class: e.name },
    `${option} of a value of the enum ${e.name} is a value that version ${side} does not have`,
    `name one that version ${side} has`,
  );
}
