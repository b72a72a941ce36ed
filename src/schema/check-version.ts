import { isKeyEncodable, keyTypes } from '../keypaths/encoding.js';
import type { Moment, TypeState } from './moment.js';
import { classNameOf, refuse, type Place } from './place.js';
import { didYouMean } from './suggestions.js';
import { parametersAt } from './templates.js';

/**
 * What must be true of every version by itself: names, and key paths over the fields that it has.
 *
 * @throws SchemaDefinitionError
 */
export function checkVersion(moment: Moment, version: number, place: Place): void {
  const at = { ...place, version };
  checkNames(moment, at);
  for (const type of moment.allTypes) {
    for (const field of type.fields)
      checkName(field.name, 'field', { ...at, class: classNameOf(type.class), property: field.name });
    if (type.kind === 'item') checkKeyPaths(type, version, { ...at, class: classNameOf(type.class) });
  }
}

function checkNames(moment: Moment, place: Place): void {
  const taken = new Map<string, string>();
  const named = [
    ...moment.allTypes.map((type) => ({ name: type.name, what: `class ${classNameOf(type.class)}` })),
    ...moment.allEnums.map((e) => ({ name: e.name, what: `enum ${e.name}` })),
  ];
  for (const { name, what } of named) {
    checkName(name, 'type or enum', place);
    const other = taken.get(name);
    if (other !== undefined) {
      refuse(
        place,
        `version ${place.version} has two types named ${name}: ${other} and ${what}`,
        'give one of them another name',
      );
    }
    taken.set(name, what);
  }
}

/** `#` marks storage names, `$` Ductile's own attributes; the rest would be no own property of plain objects. */
function checkName(name: string, what: string, place: Place): void {
  const wrong =
    name === '' ? 'is empty' : name.startsWith('$') ? "begins with '$'" : name.includes('#') ? "has a '#'" : undefined;
  const reserved = wrong ?? (name === '__proto__' ? 'is __proto__' : undefined);
  if (reserved === undefined && !/\p{Surrogate}/u.test(name)) return;
  refuse(
    place,
    `the name '${name}' of a ${what} ${reserved ?? 'is not well-formed text'}, which is reserved`,
    'choose another name',
  );
}

function checkKeyPaths(type: TypeState, version: number, place: Place): void {
  const [primary] = type.keyPaths;
  if (primary === undefined) refuse(place, `the item type ${type.name} has no key path`, "add @KeyPath('/…')");
  const seen = new Set<string>();
  for (const { template } of type.keyPaths) {
    const at = { ...place, keyPath: template };
    if (seen.has(template)) refuse(at, `${type.name} has this key path twice`, 'remove one of them');
    seen.add(template);
    for (const name of parametersAt(at, template))
      checkParameter(type, name, template === primary.template, version, at);
  }
}

function checkParameter(type: TypeState, name: string, primary: boolean, version: number, place: Place): void {
  const at = { ...place, property: name };
  const field = type.fields.find((candidate) => candidate.name === name);
  if (field === undefined) {
    const known = type.fields.map((candidate) => candidate.name);
    refuse(
      at,
      `${type.name} has no field ${name} in version ${version}${didYouMean(name, known)}`,
      `use a field that version ${version} has, or add the key path (t.addKeyPath) with the migration that adds the field`,
    );
  }
  if (!isKeyEncodable(field.type)) {
    refuse(
      at,
      `${type.name}.${name} is of type ${field.type.kind}, which cannot be a part of a key`,
      `use a field of one of the types ${keyTypes.join(', ')}`,
    );
  }
  if (primary && !field.required) {
    refuse(
      at,
      `${type.name}.${name} is optional in version ${version}, but it is a parameter of the primary key path`,
      'make it required',
    );
  }
}
