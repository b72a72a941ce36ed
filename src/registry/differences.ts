import type {
  EnumModel,
  FieldModel,
  ItemTypeModel,
  KeyPathModel,
  ObjectTypeModel,
  SchemaVersion,
} from '../schema/model.js';
import { canonicalJson } from '../values/canonical-json.js';

/** One thing in which the sources' version differs from the published one. */
export interface Difference {
  /** `Order.total: not in the published version` */
  readonly what: string;
  /** The step that says it in a new migration, where one does: `m.changeType('Order', (t) => t.addField('total'))` */
  readonly step?: string;
}

/** How a version of the sources differs from the published version of the same number, type by type. */
export function differences(published: SchemaVersion, own: SchemaVersion): readonly Difference[] {
  return [
    ...pairs(published.types, own.types).flatMap(([was, is]) => ofType(was, is, ofItemType)),
    ...pairs(published.objects, own.objects).flatMap(([was, is]) => ofType(was, is, ofFields)),
    ...pairs(published.enums, own.enums).flatMap(([was, is]) => ofType(was, is, ofEnum)),
  ];
}

interface Named {
  readonly name: string;
}

function ofType<T extends Named>(
  was: T | undefined,
  is: T | undefined,
  inside: (was: T, is: T) => readonly Difference[],
): readonly Difference[] {
  if (was === undefined) return [{ what: `${is!.name}: ${ONLY_HERE}`, step: `m.addType('${is!.name}')` }];
  if (is === undefined) return [{ what: `${was.name}: ${ONLY_THERE}`, step: `m.removeType(${was.name})` }];
  if (was.name === is.name) return inside(was, is);
  const renamed = { what: `${was.name}: is called ${is.name} here`, step: `m.renameType('${was.name}', '${is.name}')` };
  return [renamed, ...inside(was, is)];
}

const ONLY_HERE = 'not in the published version';
const ONLY_THERE = 'published, and not here';

function ofItemType(was: ItemTypeModel, is: ItemTypeModel): readonly Difference[] {
  const paths = pairs(byKey(was.keyPaths, 'id'), byKey(is.keyPaths, 'id')).flatMap(([a, b]) =>
    ofKeyPath(is.name, a, b),
  );
  return [...ofFields(was, is), ...paths];
}

function ofFields(was: ObjectTypeModel, is: ObjectTypeModel): readonly Difference[] {
  const fields = pairs(byKey(was.fields, 'storageName'), byKey(is.fields, 'storageName'));
  return fields.flatMap(([a, b]) => ofField(is.name, a, b));
}

function ofField(type: string, was: FieldModel | undefined, is: FieldModel | undefined): readonly Difference[] {
  const change = (step: string) => `m.changeType('${type}', (t) => t.${step})`;
  if (was === undefined)
    return [{ what: `${type}.${is!.name}: ${ONLY_HERE}`, step: change(`addField('${is!.name}')`) }];
  const place = `${type}.${was.name}`;
  if (is === undefined) return [{ what: `${place}: ${ONLY_THERE}`, step: change(`removeField('${was.name}', …)`) }];
  const found: Difference[] = [];
  if (was.name !== is.name) {
    found.push({
      what: `${place}: is called ${is.name} here`,
      step: change(`renameField('${was.name}', '${is.name}')`),
    });
  }
  if (canonicalJson(was.type) !== canonicalJson(is.type)) {
    found.push({ what: `${place}: published as ${canonicalJson(was.type)}, here ${canonicalJson(is.type)}` });
  }
  if (was.required !== is.required) {
    const step = is.required ? `markFieldAsRequired('${is.name}')` : `markFieldAsNotRequired('${is.name}', …)`;
    found.push({ what: `${place}: published as ${was.required ? '' : 'not '}required`, step: change(step) });
  }
  const [from, to] = [was.readDefault, is.readDefault].map((value) =>
    value === undefined ? undefined : canonicalJson(value),
  );
  if (from !== to) {
    const sides = [...(from === undefined ? [] : [`from: ${from}`]), ...(to === undefined ? [] : [`to: ${to}`])];
    found.push({
      what: `${place}: published with ${from === undefined ? 'no readDefault' : `the readDefault ${from}`}`,
      step: change(`modifyFieldReadDefault('${is.name}', { ${sides.join(', ')} })`),
    });
  }
  return found;
}

function ofKeyPath(type: string, was: KeyPathModel | undefined, is: KeyPathModel | undefined): readonly Difference[] {
  const change = (step: string, template: string) => `m.changeType('${type}', (t) => t.${step}('${template}'))`;
  if (was === undefined) {
    return [{ what: `${type}: key path ${is!.template}: ${ONLY_HERE}`, step: change('addKeyPath', is!.template) }];
  }
  const place = `${type}: key path ${was.template}`;
  if (is === undefined) return [{ what: `${place}: ${ONLY_THERE}`, step: change('removeKeyPath', was.template) }];
  if (was.storageTemplate !== is.storageTemplate)
    return [...ofKeyPath(type, was, undefined), ...ofKeyPath(type, undefined, is)];
  return canonicalJson(was) === canonicalJson(is)
    ? []
    : [{ what: `${place}: published as ${canonicalJson(was.parameters)}, here ${canonicalJson(is.parameters)}` }];
}

function ofEnum(was: EnumModel, is: EnumModel): readonly Difference[] {
  const change = (step: string) => `m.changeEnum('${is.name}', (e) => e.${step})`;
  return pairs(byKey(was.values, 'stored'), byKey(is.values, 'stored')).flatMap(([a, b]): Difference[] => {
    const [from, to] = [a, b].map((side) => (side === undefined ? undefined : canonicalJson(side.value)));
    if (from === to) return [];
    if (from === undefined)
      return [{ what: `${is.name}: value ${to}: ${ONLY_HERE}`, step: change(`addValue(${to}, …)`) }];
    if (to === undefined)
      return [{ what: `${is.name}: value ${from}: ${ONLY_THERE}`, step: change(`removeValue(${from}, …)`) }];
    return [{ what: `${is.name}: value ${from} is ${to} here`, step: change(`renameValue(${from}, ${to})`) }];
  });
}

function byKey<T extends object>(elements: readonly T[], key: keyof T): Readonly<Record<string, T>> {
  return Object.fromEntries(elements.map((element) => [String(element[key]), element]));
}

/** What has the same storage name (or id) on the two sides. */
function pairs<T>(
  was: Readonly<Record<string, T>>,
  is: Readonly<Record<string, T>>,
): readonly [T | undefined, T | undefined][] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].map((key) => [was[key], is[key]]);
}
