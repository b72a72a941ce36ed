import type { EnumState, EnumValueState } from './moment.js';
import { refuse, type Place } from './place.js';
import type { EnumChange } from './steps.js';
import { didYouMean } from './suggestions.js';
import type { Undoing } from './undoing.js';

/** The enum as it was just before the change; `e` is how it was just after. */
export function undoEnumChange(e: EnumState, change: EnumChange, undoing: Undoing): EnumState {
  const place: Place = { ...undoing.place, class: e.name };
  switch (change.op) {
    case 'addValue': {
      const added = valueOf(e, change.value, place, `add it to the enum, or remove the step`);
      const older = { ...e, values: e.values.filter((value) => value !== added) };
      const readAs = valueOf(older, change.olderReadAs, place, 'let olderReadAs be a value that older versions have');
      undoing.lens.push({ op: 'enumAdded', enum: e.id, value: added.id, olderReadAs: readAs.id });
      return older;
    }
    case 'renameValue': {
      const renamed = valueOf(e, change.to, place, `give the value its new name in the enum, or remove the step`);
      refusePresent(e, change.from, place, `add the new ${text(change.from)} after the rename`);
      refuseOtherBase(e, change.from, place);
      return { ...e, values: e.values.map((v) => (v === renamed ? { ...v, value: change.from } : v)) };
    }
    case 'removeValue': {
      refusePresent(e, change.value, place, `remove the step, or take the value out of the enum`);
      refuseOtherBase(e, change.value, place);
      const readAs = valueOf(e, change.newerReadAs, place, 'let newerReadAs be a value that newer versions have');
      const removed: EnumValueState = { id: undoing.intake.identity(), value: change.value };
      undoing.lens.push({ op: 'enumRemoved', enum: e.id, value: removed.id, newerReadAs: readAs.id });
      return { ...e, values: [...e.values, removed] };
    }
  }
}

function valueOf(e: EnumState, value: string | number, place: Place, mend: string): EnumValueState {
  const found = e.values.find((candidate) => candidate.value === value);
  if (found !== undefined) return found;
  const known = e.values.map((candidate) => String(candidate.value));
  return refuse(
    place,
    `the enum ${e.name} has no value ${text(value)} at that point${didYouMean(String(value), known)}`,
    mend,
  );
}

function refusePresent(e: EnumState, value: string | number, place: Place, mend: string): void {
  if (!e.values.some((candidate) => candidate.value === value)) return;
  refuse(place, `the enum ${e.name} has the value ${text(value)} just after the step as well`, mend);
}

function refuseOtherBase(e: EnumState, value: string | number, place: Place): void {
  const base = typeof value === 'number' ? 'int' : 'string';
  if (base === e.base && (base === 'string' || Number.isSafeInteger(value))) return;
  refuse(
    place,
    `${text(value)} cannot be a value of ${e.name}, which holds ${e.base === 'int' ? 'whole numbers' : 'strings'}`,
    'give a value of that kind',
  );
}

function text(value: string | number): string {
  return JSON.stringify(value);
}
