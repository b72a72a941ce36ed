import { canonicalJson } from '../values/canonical-json.js';
import { identifiedDefault } from './defaults.js';
import type { DefaultStanding, DefaultState, FieldState, TypeState } from './moment.js';
import { classNameOf, refuse, withDefaultAt, type Place } from './place.js';
import type { TypeChange } from './steps.js';
import { didYouMean } from './suggestions.js';
import { parametersAt, renameParameterAt } from './templates.js';
import type { Undoing } from './undoing.js';

type Change<Op extends TypeChange['op']> = Extract<TypeChange, { readonly op: Op }>;

/** The type as it was just before the change; `type` is how it was just after. */
export function undoTypeChange(type: TypeState, change: TypeChange, undoing: Undoing): TypeState {
  switch (change.op) {
    case 'addField':
      return undoAddField(type, change, undoing);
    case 'removeField':
      return undoRemoveField(type, change, undoing);
    case 'renameField':
      return undoRenameField(type, change, undoing);
    case 'markFieldAsRequired':
      return undoMarkAsRequired(type, change, undoing);
    case 'markFieldAsNotRequired':
      return undoMarkAsNotRequired(type, change, undoing);
    case 'modifyFieldReadDefault':
      return undoModifyReadDefault(type, change, undoing);
    case 'addKeyPath':
      return undoAddKeyPath(type, change, undoing);
    case 'removeKeyPath':
      return undoRemoveKeyPath(type, change, undoing);
  }
}

function undoAddField(type: TypeState, { name }: Change<'addField'>, undoing: Undoing): TypeState {
  const place = at(type, undoing, { property: name });
  const field = fieldNamed(type, name, place, `declare the field, or remove the step t.addField('${name}')`);
  if (field.required)
    demandReadDefault(
      field,
      undoing,
      place,
      'is required and added without a readDefault, so that rows of older versions lack it',
    );
  const user = type.keyPaths.find((path) => parametersAt(place, path.template).includes(name));
  if (user !== undefined) {
    refuse(
      { ...place, keyPath: user.template },
      `the key path of ${type.name} uses the field ${name}, which is not there before t.addField('${name}')`,
      `add the key path after the field: t.addKeyPath('${user.template}')`,
    );
  }
  return { ...type, fields: type.fields.filter((other) => other !== field) };
}

function undoRemoveField(type: TypeState, change: Change<'removeField'>, undoing: Undoing): TypeState {
  const { name, removed } = change;
  const place = at(type, undoing, { property: name });
  if (type.fields.some((field) => field.name === name)) {
    refuse(
      place,
      `t.removeField('${name}') removes a field that ${type.name} has after that point as well`,
      'remove the step, or add the new field after it: ' + `t.addField('${name}')`,
    );
  }
  undoing.intake.admitReached(removed.reaches, undoing.moment, place);
  const standing = standingOf(removed.field.required, removed.declared);
  const field = undoing.intake.field({ ...removed.field, name }, standing, undoing.moment, place);
  if (field.required && field.readDefault === undefined) {
    refuse(
      place,
      `${type.name}.${name} was required and is removed without a default, so older versions could not read what newer ones write`,
      `say what older readers get: t.removeField('${name}', { type: …, readDefault: … })`,
    );
  }
  if (field.readDefault !== undefined) tellOlderReaders(type, field, field.readDefault, undoing);
  return { ...type, fields: [...type.fields, field] };
}

function undoRenameField(type: TypeState, { from, to }: Change<'renameField'>, undoing: Undoing): TypeState {
  const place = at(type, undoing, { property: to });
  const field = fieldNamed(
    type,
    to,
    place,
    `rename the property to ${to}, or remove the step t.renameField('${from}', '${to}')`,
  );
  if (type.fields.some((other) => other.name === from)) {
    refuse(
      place,
      `${type.name} has a field ${from} just after t.renameField('${from}', '${to}')`,
      `add the new ${from} after the rename: t.addField('${from}')`,
    );
  }
  return {
    ...replaceField(type, field, { ...field, name: from }),
    keyPaths: type.keyPaths.map((path) => ({ ...path, template: renameParameterAt(place, path.template, to, from) })),
  };
}

function undoMarkAsRequired(type: TypeState, change: Change<'markFieldAsRequired'>, undoing: Undoing): TypeState {
  const { name, olderReadDefault } = change;
  const place = at(type, undoing, { property: name });
  const field = fieldNamed(type, name, place, `declare the field, or remove the step t.markFieldAsRequired('${name}')`);
  if (!field.required) {
    refuse(
      place,
      `${type.name}.${name} is not required after t.markFieldAsRequired('${name}')`,
      'make it required, or remove the step',
    );
  }
  demandReadDefault(field, undoing, place, 'becomes required without a readDefault, although older rows may lack it');
  return replaceField(type, field, {
    ...withoutDefault(field),
    required: false,
    ...(olderReadDefault !== undefined && { readDefault: said(field, olderReadDefault, 'declared', undoing, place) }),
  });
}

function undoMarkAsNotRequired(type: TypeState, change: Change<'markFieldAsNotRequired'>, undoing: Undoing): TypeState {
  const { name, readDefault, declared } = change;
  const place = at(type, undoing, { property: name });
  const step = `t.markFieldAsNotRequired('${name}', …)`;
  const field = fieldNamed(type, name, place, `declare the field, or remove the step ${step}`);
  if (field.required) {
    refuse(place, `${type.name}.${name} is required after ${step}`, 'say required: false, or remove the step');
  }
  if (readDefault === undefined) {
    refuse(
      place,
      `${type.name}.${name} becomes optional without a default for older readers, which demand a value`,
      `say what they get: ${step.replace('…', 'default')}`,
    );
  }
  const olderDefault = said(field, readDefault, standingOf(true, declared), undoing, place);
  tellOlderReaders(type, field, olderDefault, undoing);
  return replaceField(type, field, { ...field, required: true, readDefault: olderDefault });
}

function undoModifyReadDefault(type: TypeState, change: Change<'modifyFieldReadDefault'>, undoing: Undoing): TypeState {
  const { name, from, to } = change;
  const place = at(type, undoing, { property: name });
  const step = `t.modifyFieldReadDefault('${name}', …)`;
  const field = fieldNamed(type, name, place, `declare the field, or remove the step ${step}`);
  const newer = field.readDefault;
  if (newer !== undefined) settle(newer, undoing);
  const expected = to === undefined ? undefined : said(field, to, 'declared', undoing, place).value;
  if (canonicalJson(expected ?? null) !== canonicalJson(newer?.value ?? null)) {
    refuse(
      place,
      `${step} leads to another readDefault than the one that ${type.name}.${name} has after it`,
      newer?.standing === 'unsettled' && to === undefined
        ? 'leave this step out, and say declared: true in the later step that gives older readers their default'
        : 'make `to` and the readDefault of the field the same',
    );
  }
  if (field.required && to === undefined) {
    refuse(
      place,
      `${type.name}.${name} is required and loses its readDefault, although older rows may lack it`,
      'keep a readDefault',
    );
  }
  return replaceField(type, field, {
    ...withoutDefault(field),
    ...(from !== undefined && { readDefault: said(field, from, 'declared', undoing, place) }),
  });
}

function undoAddKeyPath(type: TypeState, { template }: Change<'addKeyPath'>, undoing: Undoing): TypeState {
  const place = at(type, undoing, { keyPath: template });
  const index = type.keyPaths.findIndex((path) => path.template === template);
  if (index < 0) {
    const known = type.keyPaths.map((path) => path.template);
    refuse(
      place,
      `${type.name} has no such key path after t.addKeyPath${didYouMean(template, known)}`,
      `declare it: @KeyPath('${template}'), or remove the step`,
    );
  }
  if (index === 0) {
    refuse(
      place,
      `it is the primary key path of ${type.name}, which every version shares`,
      'write the primary path first in @KeyPath; where it must change, add a new item type',
    );
  }
  return { ...type, keyPaths: type.keyPaths.filter((_, i) => i !== index) };
}

function undoRemoveKeyPath(type: TypeState, { template }: Change<'removeKeyPath'>, undoing: Undoing): TypeState {
  const place = at(type, undoing, { keyPath: template });
  if (type.kind === 'object')
    refuse(place, `${type.name} is an object type, and these have no key paths`, 'remove the step');
  if (type.keyPaths.some((path) => path.template === template)) {
    refuse(
      place,
      `${type.name} has this key path after t.removeKeyPath as well`,
      'remove the step, or, for a new path of this template, add it after: ' + `t.addKeyPath('${template}')`,
    );
  }
  for (const name of parametersAt(place, template)) {
    fieldNamed(
      type,
      name,
      { ...place, property: name },
      'remove the key path before its fields, in the names of that moment',
    );
  }
  return { ...type, keyPaths: [...type.keyPaths, { id: undoing.intake.identity(), template }] };
}

function at(type: TypeState, undoing: Undoing, place: Place): Place {
  return { ...undoing.place, class: classNameOf(type.class), ...place };
}

function fieldNamed(type: TypeState, name: string, place: Place, mend: string): FieldState {
  const field = type.fields.find((candidate) => candidate.name === name);
  if (field !== undefined) return field;
  const known = type.fields.map((candidate) => candidate.name);
  return refuse(place, `${type.name} has no field ${name} at that point${didYouMean(name, known)}`, mend);
}

function replaceField(type: TypeState, field: FieldState, by: FieldState): TypeState {
  return { ...type, fields: type.fields.map((other) => (other === field ? by : other)) };
}

function withoutDefault({ readDefault: _, ...field }: FieldState): FieldState {
  return field;
}

function said(
  field: FieldState,
  value: unknown,
  standing: DefaultStanding,
  undoing: Undoing,
  place: Place,
): DefaultState {
  return { value: withDefaultAt(place, () => identifiedDefault(field.type, value, undoing.moment)), standing };
}

function standingOf(required: boolean, declared: boolean | undefined): DefaultStanding {
  if (declared !== undefined) return declared ? 'declared' : 'olderReaders';
  return required ? 'unsettled' : 'declared';
}

function settle(readDefault: DefaultState, undoing: Undoing): void {
  if (readDefault.standing === 'unsettled') undoing.settled.add(readDefault);
}

/** The class of that version must have declared a default; where a removal left it open, this settles it. */
function demandReadDefault(field: FieldState, undoing: Undoing, place: Place, why: string): void {
  if (field.readDefault === undefined || field.readDefault.standing === 'olderReaders') {
    refuse(place, `${field.name} ${why}`, 'give it a readDefault, or say required: false');
  }
  settle(field.readDefault, undoing);
}

function tellOlderReaders(type: TypeState, field: FieldState, readDefault: DefaultState, undoing: Undoing): void {
  undoing.lens.push({ op: 'olderDefault', owner: type.id, field: field.id, type: field.type, readDefault });
}
