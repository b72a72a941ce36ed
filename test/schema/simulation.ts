import type { DeclaredSchema } from '../../src/decorators/declared.js';
import type { ScalarName } from '../../src/fields/field-type.js';
import type { EnumChange, MigrationStep, RecordedMigration, RemovedField, TypeChange } from '../../src/schema/steps.js';
import { FIELD_NAMES, RandomParts } from './random-parts.js';
import {
  Declaration,
  defaultOf,
  inUse,
  templateOf,
  type SimEnum,
  type SimField,
  type SimPath,
  type SimType,
} from './simulated-history.js';

/** A schema as its newest classes declare it, and all migrations that led there: input of `buildVersionMap`. */
export interface RandomHistory {
  readonly declared: DeclaredSchema;
  readonly migrations: readonly RecordedMigration[];
}

const IN_KEYS: readonly ScalarName[] = [
  'string',
  'int',
  'uint',
  'bigint',
  'uuid',
  'isoDate',
  'timestampSeconds',
  'boolean',
];
const TYPE_NAMES = ['Order', 'Customer', 'Invoice'];
const OBJECT_NAMES = ['Line', 'Money'];
const ENUM_NAMES = ['State', 'Level'];
const STRING_VALUES = ['low', 'medium', 'high', 'urgent', 'none'];

/** An application that changes at random, step by step, and what its developers write down. */
export class Simulation extends RandomParts {
  private steps: MigrationStep[] = [];
  /** What the version before the migration at hand uses: a step about another would mean nothing. */
  private usedBefore = inUse([]);

  run(length: number): RandomHistory {
    this.schema.enums.push(this.newEnum('State', 'string'), this.newEnum('Level', 'int'));
    this.schema.objects.push(this.newObject('Money'));
    this.schema.objects.push(this.newObject('Line'));
    for (let i = this.below(2); i >= 0; i--) this.schema.types.push(this.newType(TYPE_NAMES[i]!));
    const migrations: RecordedMigration[] = [];
    for (let from = 1; from <= length; from++) {
      this.steps = [];
      this.usedBefore = inUse(this.schema.types);
      this.valuesBefore = new Set(this.schema.enums.flatMap(({ values }) => values));
      for (let left = 1 + this.below(4); left > 0; left--) this.pick(this.moves())();
      migrations.push({ name: `Migration${from}`, from, description: `random ${from}`, steps: this.steps });
    }
    return { declared: new Declaration().schema(this.schema.types), migrations };
  }

  protected moves(): readonly (() => void)[] {
    const type = this.pick(this.schema.types);
    const now = inUse(this.schema.types);
    const used = {
      objects: [...now.objects].filter((object) => this.usedBefore.objects.has(object)),
      enums: [...now.enums].filter((e) => this.usedBefore.enums.has(e)),
    };
    const owner = this.pick([type, type, ...used.objects]);
    const moves: (() => void)[] = [
      () => this.addField(owner),
      () => this.addField(owner),
      () => this.removeField(owner),
      () => this.removeField(owner),
      () => this.renameField(owner),
      () => this.markAsRequired(owner),
      () => this.markAsNotRequired(owner),
      () => this.modifyReadDefault(owner),
      () => this.addKeyPath(type),
      () => this.addKeyPath(type),
      () => this.removeKeyPath(type),
      () => this.renewKeyPath(type),
      () => this.addType(),
      () => this.removeType(),
      () => this.renameType(this.pick([type, ...used.objects, ...used.enums])),
    ];
    for (const e of used.enums) moves.push(() => this.changeEnum(e));
    return moves;
  }

  /** A step about an enum that the version before does not use would mean nothing. */
  protected wasInUse(e: SimEnum): boolean {
    return this.usedBefore.enums.has(e);
  }

  // Item types

  private addType(): void {
    const { types, objects, enums } = this.schema;
    const name = this.freeName(TYPE_NAMES, [...types, ...objects, ...enums]);
    if (name === undefined) return;
    this.schema.types.push(this.newType(name));
    this.steps.push({ op: 'addType', name });
  }

  private removeType(): void {
    if (this.schema.types.length < 2) return;
    const type = this.pick(this.schema.types);
    const removed = new Declaration().schema([type]);
    this.schema.types.splice(this.schema.types.indexOf(type), 1);
    this.steps.push({ op: 'removeType', name: type.name, removed });
  }

  private renameType(type: SimType | SimEnum): void {
    const { types, objects, enums } = this.schema;
    const to = this.freeName(
      [...TYPE_NAMES, ...OBJECT_NAMES, ...ENUM_NAMES, 'Other'],
      [...types, ...objects, ...enums],
    );
    if (to === undefined) return;
    this.steps.push({ op: 'renameType', from: type.name, to });
    type.name = to;
  }

  // Fields

  private addField(owner: SimType): void {
    const name = this.freeName(FIELD_NAMES, owner.fields);
    if (name === undefined) return;
    const isObject = this.schema.objects.includes(owner);
    const type = this.fieldType(isObject);
    const readDefault = this.readDefault(type);
    const required = readDefault !== undefined && this.chance(60);
    owner.fields.push({ name, type, required, implied: required, ...(readDefault && { readDefault }) });
    this.change(owner, { op: 'addField', name });
  }

  private removeField(owner: SimType): void {
    const free = owner.fields.filter((field) => !this.inPath(owner, field));
    if (free.length === 0) return;
    const gone = this.pick(free);
    const declaration = new Declaration();
    const was = declaration.field(gone);
    const told = was.readDefault === undefined && gone.required ? this.readDefault(gone.type) : gone.readDefault;
    if (gone.required && told === undefined) return;
    const declared = this.declaredOf(gone);
    const removed: RemovedField = {
      field: { ...was, ...(told !== undefined && { readDefault: defaultOf(told) }) },
      reaches: declaration.reached(),
      ...(declared !== undefined && { declared }),
    };
    this.change(owner, { op: 'removeField', name: gone.name, removed });
    owner.fields = owner.fields.filter((field) => field !== gone);
  }

  private renameField(owner: SimType): void {
    const field = this.find(owner.fields, () => true);
    const to = this.freeName(FIELD_NAMES, owner.fields);
    if (field === undefined || to === undefined) return;
    this.change(owner, { op: 'renameField', from: field.name, to });
    field.name = to;
  }

  private markAsRequired(owner: SimType): void {
    const field = this.find(owner.fields, (f) => !f.required && !this.inPath(owner, f));
    const newer = field && this.readDefault(field.type);
    if (field === undefined || newer === undefined) return;
    const older = field.readDefault === undefined ? {} : { olderReadDefault: defaultOf(field.readDefault) };
    this.change(owner, { op: 'markFieldAsRequired', name: field.name, ...older });
    Object.assign(field, { required: true, implied: true, readDefault: newer });
  }

  private markAsNotRequired(owner: SimType): void {
    const field = this.find(owner.fields, (f) => f.required && !this.inPath(owner, f));
    const told = field && (field.readDefault ?? this.readDefault(field.type));
    if (field === undefined || told === undefined) return;
    const declared = this.declaredOf(field);
    this.change(owner, {
      op: 'markFieldAsNotRequired',
      name: field.name,
      readDefault: defaultOf(told),
      ...(declared !== undefined && { declared }),
    });
    Object.assign(field, { required: false, implied: false });
    if (this.chance(50)) delete field.readDefault;
  }

  private modifyReadDefault(owner: SimType): void {
    const field = this.find(owner.fields, (f) => !this.inPath(owner, f));
    if (field !== undefined) this.modify(owner, field);
  }

  private modify(owner: SimType, field: SimField): void {
    const to = !field.required && this.chance(30) ? undefined : this.readDefault(field.type);
    if (to === undefined && field.required) return;
    const from = field.readDefault;
    this.change(owner, {
      op: 'modifyFieldReadDefault',
      name: field.name,
      from: from && defaultOf(from),
      to: to && defaultOf(to),
    });
    delete field.readDefault;
    Object.assign(field, { implied: to !== undefined, ...(to && { readDefault: to }) });
  }

  /** What `declared` must say, or undefined where it may be left to inference. */
  private declaredOf(field: SimField): boolean | undefined {
    if (!field.required) return undefined;
    if (field.readDefault === undefined) return this.chance(50) ? undefined : false;
    return field.implied && this.chance(70) ? undefined : true;
  }

  // Key paths

  protected addKeyPath(type: SimType): void {
    const keys = type.fields.filter(({ type: of }) => of.kind === 'enum' || IN_KEYS.includes(of.kind as ScalarName));
    const field = this.pick(keys);
    const id = type.paths[0]![0]!.field!;
    const group = { literal: `by${++this.literals}-`, field };
    const path: SimPath = field === id ? [group] : [group, { literal: 'id-', field: id }];
    type.paths.push(path);
    this.change(type, { op: 'addKeyPath', template: templateOf(path) });
  }

  private removeKeyPath(type: SimType): void {
    const path = this.find(type.paths.slice(1), () => true);
    if (path === undefined) return;
    this.change(type, { op: 'removeKeyPath', template: templateOf(path) });
    type.paths = type.paths.filter((other) => other !== path);
  }

  /** Removed and added in one migration, so that the default of a field in it can change. */
  private renewKeyPath(type: SimType): void {
    const path = this.find(type.paths.slice(1), () => true);
    if (path === undefined) return;
    const field = path[0]!.field!;
    this.change(type, { op: 'removeKeyPath', template: templateOf(path) });
    type.paths = type.paths.filter((other) => other !== path);
    if (!this.inPath(type, field)) this.modify(type, field);
    this.change(type, { op: 'addKeyPath', template: templateOf(path) });
    type.paths.push(path);
  }

  private inPath(type: SimType, field: SimField): boolean {
    return type.paths.some((path) => path.some((segment) => segment.field === field));
  }

  // Enums

  /** Once in a migration: what is read instead must be there on the other side. */
  protected changeEnum(e: SimEnum): void {
    if (this.steps.some((step) => step.op === 'changeEnum')) return;
    const changes: EnumChange[] = [];
    const value = this.pick(e.values);
    const free = this.freeValue(e);
    const kind = this.below(3);
    if (kind === 0 && free !== undefined) {
      changes.push({ op: 'addValue', value: free, olderReadAs: this.pick(e.values).value });
      e.values.push({ value: free });
    } else if (kind === 1 && free !== undefined) {
      changes.push({ op: 'renameValue', from: value.value, to: free });
      value.value = free;
    } else if (kind === 2 && e.values.length > 1 && !this.inDefault(value)) {
      const rest = e.values.filter((other) => other !== value);
      const step: EnumChange = { op: 'removeValue', value: value.value, newerReadAs: rest[0]!.value };
      this.renewPathsOver(e, () => {
        e.values = rest;
        this.steps.push({ op: 'changeEnum', name: e.name, changes: [step] });
      });
    }
    if (changes.length > 0) this.steps.push({ op: 'changeEnum', name: e.name, changes });
  }

  /** No key path goes on over an enum that loses a value. */
  private renewPathsOver(e: SimEnum, work: () => void): void {
    const isOver = (path: SimPath): boolean =>
      path.some(({ field }) => field?.type.kind === 'enum' && field.type.enum === e);
    const over = this.schema.types.flatMap((type) => type.paths.filter(isOver).map((path) => ({ type, path })));
    for (const { type, path } of over) this.change(type, { op: 'removeKeyPath', template: templateOf(path) });
    work();
    for (const { type, path } of over) this.change(type, { op: 'addKeyPath', template: templateOf(path) });
  }

  private inDefault(value: { value: string | number }): boolean {
    const owners = [...this.schema.types, ...this.schema.objects];
    return owners.some(({ fields }) =>
      fields.some(
        ({ readDefault }) => readDefault !== undefined && 'enumValue' in readDefault && readDefault.enumValue === value,
      ),
    );
  }

  private freeValue(e: SimEnum): string | number | undefined {
    if (e.base === 'int') return ++this.number;
    const taken = e.values.map(({ value }) => value);
    return this.find(STRING_VALUES, (value) => !taken.includes(value));
  }

  private change(owner: SimType, change: TypeChange): void {
    this.steps.push({ op: 'changeType', name: owner.name, changes: [change] });
  }
}
