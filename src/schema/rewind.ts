import type { DeclaredSchema } from '../decorators/declared.js';
import { Intake } from './intake.js';
import { Moment, referenceOf, type DefaultState, type EnumState, type TypeState } from './moment.js';
import { classNameOf, refuse, type Place } from './place.js';
import type { MigrationStep, RecordedMigration } from './steps.js';
import { didYouMean } from './suggestions.js';
import { undoEnumChange } from './undo-enum.js';
import { undoTypeChange } from './undo-type.js';
import type { IdentifiedLensStep, NamedByStep, Undoing } from './undoing.js';

/** Every version in its own names, and what each migration tells readers. */
export interface History {
  /** Index 0 is version 1. */
  readonly versions: readonly Moment[];
  /** `lenses[i]` belongs to the migration that leads to version i + 2. */
  readonly lenses: readonly (readonly IdentifiedLensStep[])[];
  /** The defaults whose standing was open and that an older class must have declared. */
  readonly settled: ReadonlySet<DefaultState>;
}

/**
 * Goes back from the newest classes through the migrations, the last step first, so that the sources of today alone
 * yield what the classes said at every version.
 *
 * @param migrations in order: `migrations[i].from` is i + 1
 */
export function rewind(declared: DeclaredSchema, migrations: readonly RecordedMigration[]): History {
  const intake = new Intake();
  const moment = Moment.empty();
  intake.admit(declared, moment, {});
  moment.dropUnused();
  const versions = [moment.snapshot()];
  const lenses: (readonly IdentifiedLensStep[])[] = [];
  const settled = new Set<DefaultState>();
  for (const migration of [...migrations].reverse()) {
    const undoing: Undoing = { moment, intake, place: placeOf(migration), lens: [], settled, named: [] };
    for (const step of [...migration.steps].reverse()) undoStep(step, undoing);
    moment.dropUnused();
    versions.unshift(moment.snapshot());
    lenses.unshift(undoing.lens);
    checkUse(undoing, versions[0] as Moment, versions[1] as Moment);
  }
  return { versions, lenses, settled };
}

/** `AddDeliveryDate (1 → 2)`: the migration, for messages. */
export function placeOf(migration: RecordedMigration): Place {
  return { migration: `${migration.name} (${migration.from} → ${migration.from + 1})`, version: migration.from + 1 };
}

function undoStep(step: MigrationStep, undoing: Undoing): void {
  switch (step.op) {
    case 'addType':
      return undoAddType(step.name, undoing);
    case 'removeType':
      return undoRemoveType(step.name, step.removed, undoing);
    case 'renameType':
      return undoRenameType(step.from, step.to, undoing);
    case 'changeType': {
      let type = typeNamed(step.name, undoing);
      noteUse(type, step.name, step.op, undoing);
      for (const change of [...step.changes].reverse()) {
        type = undoTypeChange(type, change, undoing);
        undoing.moment.putType(type);
      }
      return;
    }
    case 'changeEnum': {
      let e = enumNamed(step.name, undoing);
      noteUse(e, step.name, step.op, undoing);
      for (const change of [...step.changes].reverse()) {
        e = undoEnumChange(e, change, undoing);
        undoing.moment.putEnum(e);
      }
      return;
    }
  }
}

function undoAddType(name: string, undoing: Undoing): void {
  const { moment, place } = undoing;
  const added = anyNamed(name, undoing, `declare the type, or remove the step m.addType('${name}')`);
  noteUse(added, name, 'addType', undoing);
  for (const user of moment.allTypes) {
    const field = user.fields.find((candidate) => referenceOf(candidate.type) === added.id);
    if (field === undefined || user.id === added.id) continue;
    refuse(
      { ...place, class: classNameOf(user.class), property: field.name },
      `${user.name}.${field.name} is of ${name}, which is not there before m.addType('${name}')`,
      `add the type before the field: t.addField('${field.name}') in m.changeType('${user.name}', …)`,
    );
  }
  moment.drop(added.id);
}

function undoRemoveType(name: string, removed: DeclaredSchema, undoing: Undoing): void {
  const { moment, intake, place } = undoing;
  if (moment.claim(name) !== undefined) {
    refuse(
      place,
      `m.removeType removes ${name}, which the schema has after that point as well`,
      `remove the step, or take ${name} out of the classes and fields that use it`,
    );
  }
  intake.admit(removed, moment, place);
  const back = moment.typeNamed(name) ?? moment.enumNamed(name);
  if (back !== undefined) noteUse(back, name, 'removeType', undoing);
}

function undoRenameType(from: string, to: string, undoing: Undoing): void {
  const { moment, place } = undoing;
  const renamed = anyNamed(
    to,
    undoing,
    `give the class its new name, or remove the step m.renameType('${from}', '${to}')`,
  );
  noteUse(renamed, to, 'renameType', undoing);
  if (moment.claim(from) !== undefined) {
    refuse(
      place,
      `there is a type ${from} just after m.renameType('${from}', '${to}')`,
      `add the new ${from} after the rename: m.addType('${from}')`,
    );
  }
  if ('kind' in renamed) moment.putType({ ...renamed, name: from });
  else moment.putEnum({ ...renamed, name: from });
}

function anyNamed(name: string, undoing: Undoing, mend: string): TypeState | EnumState {
  const { moment, place } = undoing;
  const found = moment.typeNamed(name) ?? moment.enumNamed(name);
  if (found !== undefined) return found;
  const known = [...moment.allTypes, ...moment.allEnums].map((type) => type.name);
  return refuse(place, `there is no type ${name} at that point${didYouMean(name, known)}`, mend);
}

function typeNamed(name: string, { moment, place }: Undoing): TypeState {
  const found = moment.typeNamed(name);
  if (found !== undefined) return found;
  const known = moment.allTypes.map((type) => type.name);
  return refuse(
    place,
    `m.changeType('${name}', …): there is no item type or object type ${name} at that point${didYouMean(name, known)}`,
    'use the name that the type had at that point',
  );
}

function enumNamed(name: string, { moment, place }: Undoing): EnumState {
  const found = moment.enumNamed(name);
  if (found !== undefined) return found;
  const known = moment.allEnums.map((e) => e.name);
  return refuse(
    place,
    `m.changeEnum('${name}', …): there is no enum ${name} at that point${didYouMean(name, known)}`,
    'use the name that the enum had at that point',
  );
}

/** Item types are always in use. */
function noteUse(named: TypeState | EnumState, name: string, op: NamedByStep['op'], undoing: Undoing): void {
  if (!('kind' in named) || named.kind === 'object') undoing.named.push({ id: named.id, name, op });
}

/**
 * Object types and enums come and go with the fields that use them. A step about one that no item type uses on the
 * sides that it speaks of would mean nothing there, and would be lost with the sources of another day.
 */
function checkUse(undoing: Undoing, before: Moment, after: Moment): void {
  const usedBefore = before.reachable();
  const usedAfter = after.reachable();
  for (const { id, name, op } of undoing.named) {
    const wrong = misuse(op, usedBefore.has(id), usedAfter.has(id));
    if (wrong !== undefined) refuse(undoing.place, `m.${op} of ${name}, ${wrong}`, 'remove the step');
  }
}

function misuse(op: NamedByStep['op'], before: boolean, after: boolean): string | undefined {
  if (op === 'addType')
    return before ? 'which is in use before' : after ? undefined : 'which no item type uses after it';
  if (op === 'removeType')
    return after ? 'which is in use after it' : before ? undefined : 'which no item type uses before it';
  return before || after ? undefined : 'which no item type uses at that point';
}
