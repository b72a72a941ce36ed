import { PRIMARY } from '../keypaths/model.js';
import { canonicalJson } from '../values/canonical-json.js';
import type { EnumModel, FieldModel, ItemTypeModel, KeyPathModel, ObjectTypeModel, SchemaVersion } from './model.js';
import { byCodeUnit } from './ordering.js';
import { namingStep, type OtherName, otherNames, publishedName, underOtherNames } from './other-names.js';
import { defaultText, fieldThatWas, quote, typeName } from './step-text.js';

/** One thing that a compiled version says otherwise than the published version of the same number. */
export interface Difference {
  /** `Order.note`: what differs. */
  readonly place: string;
  /** `the class has it, version 2 as published has not`. */
  readonly what: string;
  /** The step to paste into the next migration; absent where no step says such a change. */
  readonly step?: string;
  /** What gives a type its published name, where it seems to have another one: then perhaps nothing was changed. */
  readonly naming?: string;
}

/**
 * What the compiled version has otherwise than it was published, with the step that would make each a change of the
 * next version. Empty where rows and readers cannot tell the two apart: then the hashes are
 * equal too, unless the migrations that lead to the two tell readers different things.
 *
 * @example
 * differences(published, compiled)
 * // [{ place: 'Order.note', what: 'is in the classes, but not in version 2 as it is published',
 * //    step: "m.changeType('Order', (t) => t.addField('note'));" }]
 */
export function differences(
  published: SchemaVersion,
  compiled: SchemaVersion,
  called: Sides = { version: `version ${published.version} as it is published`, classes: 'the classes' },
): readonly Difference[] {
  const names = otherNames(published, compiled);
  const context: Context = { published: underOtherNames(published, names), compiled, ...called };
  const { types, objects, enums } = context.published;
  return [
    ...names.map((name) => otherName(name, published, context)),
    ...pairs(types, compiled.types).flatMap(([before, after]) => itemTypeDifferences(before, after, context)),
    ...pairs(objects, compiled.objects).flatMap(([before, after]) =>
      before === undefined || after === undefined ? [] : objectDifferences(before, after, context),
    ),
    ...pairs(enums, compiled.enums).flatMap(([before, after]) =>
      before === undefined || after === undefined ? [] : enumDifferences(before, after, context),
    ),
  ];
}

function otherName(name: OtherName, published: SchemaVersion, { compiled, version }: Context): Difference {
  const was = published[name.kind][name.published]!.name;
  const is = compiled[name.kind][name.compiled]!.name;
  const what = `seems to be what is called ${was} in ${version}`;
  const step = namingStep(name.kind, was, is, published.version);
  return { place: is, what, step, naming: publishedName(name.kind, was) };
}

/** The differences as lines of an error message. */
export function printDifferences(list: readonly Difference[]): string {
  return list
    .map(
      ({ place, what, step }) =>
        `  - ${place} ${what}${step === undefined ? '' : `\n${step.replaceAll(/^/gm, '      ')}`}`,
    )
    .join('\n');
}

/** How messages call the two sides. */
export interface Sides {
  readonly version: string;
  readonly classes: string;
}

interface Context extends Sides {
  readonly published: SchemaVersion;
  readonly compiled: SchemaVersion;
}

function itemTypeDifferences(
  before: ItemTypeModel | undefined,
  after: ItemTypeModel | undefined,
  context: Context,
): readonly Difference[] {
  if (before === undefined && after !== undefined) {
    return [
      {
        place: after.name,
        what: `is in ${context.classes}, but not in ${context.version}`,
        step: `m.addType(${quote(after.name)});`,
      },
    ];
  }
  if (after === undefined && before !== undefined) {
    const copy = `${before.name}V${context.published.version}`;
    return [
      {
        place: before.name,
        what: `is in ${context.version}, but not in ${context.classes}`,
        step: `m.removeType(${copy}); // ${copy}: the class as it was, kept beside the migration`,
      },
    ];
  }
  if (before === undefined || after === undefined) return [];
  return [
    ...objectDifferences(before, after, context),
    ...pathDifferences(before, after, context),
    ...expiryDifferences(before, after, context),
  ];
}

function expiryDifferences(before: ItemTypeModel, after: ItemTypeModel, { version }: Context): readonly Difference[] {
  if (sameData(before.expiry, after.expiry)) return [];
  const rule = ({ expiry }: ItemTypeModel): string => (expiry === undefined ? 'never' : `at ${expiry.at}`);
  const what = `expires ${rule(after)}, but ${rule(before)} in ${version}; no step changes that`;
  return [{ place: after.name, what }];
}

function objectDifferences(before: ObjectTypeModel, after: ObjectTypeModel, context: Context): readonly Difference[] {
  const inType = (step: string): string => `m.changeType(${quote(after.name)}, (t) => ${step});`;
  return [
    ...renamedType(before, after, context),
    ...pairs(byName(before.fields), byName(after.fields)).flatMap(([was, is]) =>
      fieldDifferences(was, is, before, after, context).map(({ step, ...difference }): Difference => ({
        ...difference,
        ...(step !== undefined && { step: inType(step) }),
      })),
    ),
  ];
}

function renamedType(
  before: { readonly name: string },
  after: { readonly name: string },
  { version }: Context,
): readonly Difference[] {
  if (before.name === after.name) return [];
  const step = `m.renameType(${quote(before.name)}, ${quote(after.name)});`;
  return [{ place: after.name, what: `is called ${before.name} in ${version}`, step }];
}

function fieldDifferences(
  was: FieldModel | undefined,
  is: FieldModel | undefined,
  before: ObjectTypeModel,
  after: ObjectTypeModel,
  context: Context,
): readonly Difference[] {
  const place = `${after.name}.${(is ?? was)?.storageName ?? ''}`;
  if (was === undefined && is !== undefined) return [addedField(is, before, after, context)];
  if (is === undefined && was !== undefined) {
    const step = `t.removeField(${quote(was.name)}, ${fieldThatWas(was, context.published)})`;
    return [
      { place: `${after.name}.${was.name}`, what: `is in ${context.version}, but not in ${context.classes}`, step },
    ];
  }
  if (was === undefined || is === undefined) return [];
  return changedField(was, is, { ...context, place });
}

/** One that has the type of a field that is gone may be that field under a new name. */
function addedField(
  is: FieldModel,
  before: ObjectTypeModel,
  after: ObjectTypeModel,
  { version, classes }: Context,
): Difference {
  const gone = before.fields.filter(({ storageName }) =>
    after.fields.every((field) => field.storageName !== storageName),
  );
  const former = gone.find(({ type }) => sameData(type, is.type));
  const rename =
    former === undefined
      ? ''
      : ` /* or, if it is the same field: t.renameField(${quote(former.name)}, ${quote(is.name)}) */`;
  return {
    place: `${after.name}.${is.name}`,
    what: `is in ${classes}, but not in ${version}`,
    step: `t.addField(${quote(is.name)})${rename}`,
  };
}

function changedField(
  was: FieldModel,
  is: FieldModel,
  { published, compiled, version, classes, place }: Context & { readonly place: string },
): readonly Difference[] {
  const name = quote(is.name);
  const list: Difference[] = [];
  const note = (what: string, step?: string): void =>
    void list.push({ place, what, ...(step !== undefined && { step }) });
  if (was.name !== is.name) note(`is called ${was.name} in ${version}`, `t.renameField(${quote(was.name)}, ${name})`);
  if (!sameData(was.type, is.type)) {
    note(
      `is ${typeName(is.type)} in ${classes}, but ${typeName(was.type)} in ${version}; no step changes a type: add a new field`,
    );
    return list;
  }
  const wasDefault = was.readDefault === undefined ? undefined : defaultText(was.type, was.readDefault, published);
  const isDefault = is.readDefault === undefined ? undefined : defaultText(is.type, is.readDefault, compiled);
  if (!was.required && is.required) {
    const older = wasDefault === undefined ? '' : `, { olderReadDefault: ${wasDefault} }`;
    note(`is required in ${classes}, but optional in ${version}`, `t.markFieldAsRequired(${name}${older})`);
  } else if (was.required && !is.required) {
    const declared = wasDefault === undefined ? '' : ', { declared: true }';
    const step = `t.markFieldAsNotRequired(${name}, ${wasDefault ?? '/* what older readers get */'}${declared})`;
    note(`is optional in ${classes}, but required in ${version}`, step);
  } else if (!sameData(was.readDefault, is.readDefault)) {
    const sides = [wasDefault && `from: ${wasDefault}`, isDefault && `to: ${isDefault}`].filter(Boolean).join(', ');
    // Of a field that a later migration takes away, only its step can say that the class declared the default.
    const elsewhere =
      isDefault === undefined ? ' /* or, where a later step removes it: { …, declared: true } there */' : '';
    note(
      `has another readDefault in ${classes} than in ${version}`,
      `t.modifyFieldReadDefault(${name}, { ${sides} })${elsewhere}`,
    );
  }
  return list;
}

function pathDifferences(
  before: ItemTypeModel,
  after: ItemTypeModel,
  { version, classes }: Context,
): readonly Difference[] {
  const place = (path: KeyPathModel): string => `${after.name}, key path '${path.template}',`;
  const inType = (step: string): string => `m.changeType(${quote(after.name)}, (t) => ${step});`;
  return pairs(byIdentity(before.keyPaths), byIdentity(after.keyPaths)).flatMap(([was, is]): readonly Difference[] => {
    if (was?.id === PRIMARY || is?.id === PRIMARY) {
      const path = (is ?? was) as KeyPathModel;
      if (was !== undefined && is !== undefined) return otherIdentity(was, is, place(is), version);
      const side =
        is === undefined
          ? `is primary in ${version}, but not in ${classes}`
          : `is primary in ${classes}, but not in ${version}`;
      return [{ place: place(path), what: `${side}; a primary key path cannot change` }];
    }
    if (was === undefined && is !== undefined) {
      const step = inType(`t.addKeyPath(${quote(is.template)})`);
      return [{ place: place(is), what: `is in ${classes}, but not in ${version}`, step }];
    }
    if (is === undefined && was !== undefined) {
      const step = inType(`t.removeKeyPath(${quote(was.template)})`);
      return [{ place: place(was), what: `is in ${version}, but not in ${classes}`, step }];
    }
    return was === undefined || is === undefined ? [] : otherIdentity(was, is, place(is), version);
  });
}

/** Ids and versions follow from the paths beside it, which have differences of their own. */
function otherIdentity(was: KeyPathModel, is: KeyPathModel, place: string, version: string): readonly Difference[] {
  if (sameData(was.parameters, is.parameters)) return [];
  return [{ place, what: `stands for other rows than in ${version}: its fields have other types or defaults there` }];
}

function enumDifferences(before: EnumModel, after: EnumModel, context: Context): readonly Difference[] {
  const inEnum = (step: string): string => `m.changeEnum(${quote(after.name)}, (e) => ${step});`;
  const byStored = (model: EnumModel) =>
    Object.fromEntries(model.values.map((value) => [JSON.stringify(value.stored), value]));
  const values = pairs(byStored(before), byStored(after)).flatMap(([was, is]): readonly Difference[] => {
    const place = `${after.name}, value ${JSON.stringify((is ?? was)?.value)},`;
    if (was === undefined && is !== undefined) {
      const step = inEnum(`e.addValue(${JSON.stringify(is.value)}, { olderReadAs: /* a value of the older enum */ })`);
      return [{ place, what: `is in ${context.classes}, but not in ${context.version}`, step }];
    }
    if (is === undefined && was !== undefined) {
      const step = inEnum(
        `e.removeValue(${JSON.stringify(was.value)}, { newerReadAs: /* a value of the newer enum */ })`,
      );
      return [{ place, what: `is in ${context.version}, but not in ${context.classes}`, step }];
    }
    if (was === undefined || is === undefined || was.value === is.value) return [];
    const step = inEnum(`e.renameValue(${JSON.stringify(was.value)}, ${JSON.stringify(is.value)})`);
    return [{ place, what: `is called ${JSON.stringify(was.value)} in ${context.version}`, step }];
  });
  return [...renamedType(before, after, context), ...values];
}

function pairs<T>(
  before: Readonly<Record<string, T>>,
  after: Readonly<Record<string, T>>,
): readonly (readonly [T | undefined, T | undefined])[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(byCodeUnit);
  return keys.map((key) => [before[key], after[key]]);
}

function byName(fields: readonly FieldModel[]): Readonly<Record<string, FieldModel>> {
  return Object.fromEntries(fields.map((field) => [field.storageName, field]));
}

/** A path's number depends on the paths beside it, so what it is made of tells which it is. */
function byIdentity(paths: readonly KeyPathModel[]): Readonly<Record<string, KeyPathModel>> {
  return Object.fromEntries(
    paths.map((path) => [`${path.id === PRIMARY ? 'primary' : ''} ${path.storageTemplate} ${path.generation}`, path]),
  );
}

function sameData(a: unknown, b: unknown): boolean {
  return canonicalJson(a ?? null) === canonicalJson(b ?? null);
}
