import type { FieldType, JsonValue } from '../fields/field-type.js';
import { PRIMARY } from '../keypaths/model.js';
import { parameterNames, renameParameters, type ParsedTemplate } from '../keypaths/template.js';
import { canonicalJson } from '../values/canonical-json.js';
import type { FieldModel, KeyParameterModel, KeyPathModel, ObjectTypeModel } from './model.js';
import type { Identity, TypeState } from './moment.js';
import { byCodeUnit } from './ordering.js';
import { classNameOf, refuse, type Place } from './place.js';
import { parsedAt } from './templates.js';

/**
 * The ids of all key paths, given out version by version: '0' to the primary path of a type, then numbers in the order
 * of versions and, within one, of storage templates, so that the order in the source does not matter. What a path's
 * first version says of its rows is pinned; a later version that says otherwise is refused.
 */
export class KeyPathIds {
  private readonly types = new Map<Identity, TypePaths>();

  /** @param model the type as the version has it, which names the fields */
  admit(type: TypeState, model: ObjectTypeModel, version: number, place: Place): readonly KeyPathModel[] {
    const known = this.types.get(type.id) ?? {
      paths: new Map<Identity, KeyPathModel>(),
      generations: new Map<string, number>(),
    };
    this.types.set(type.id, known);
    const drafts = type.keyPaths.map((path, index) => ({
      ...path,
      ...draft(path.template, model, { ...place, class: classNameOf(type.class), keyPath: path.template, version }),
      primary: index === 0,
    }));
    drafts.sort((a, b) => Number(b.primary) - Number(a.primary) || byCodeUnit(a.storageTemplate, b.storageTemplate));
    const models = drafts.map(({ id, template, storageTemplate, parameters }): KeyPathModel => {
      const pinned = known.paths.get(id) ?? newPath(known, storageTemplate, parameters, version);
      known.paths.set(id, pinned);
      const at = { ...place, class: classNameOf(type.class), keyPath: template, version };
      refuseOtherRows(pinned, parameters, storageTemplate, type.name, at);
      return { ...pinned, template };
    });
    return models.sort((a, b) => Number(a.id) - Number(b.id));
  }
}

interface TypePaths {
  readonly paths: Map<Identity, KeyPathModel>;
  /** By storage template: how many paths there were of it. */
  readonly generations: Map<string, number>;
}

function newPath(
  known: TypePaths,
  storageTemplate: string,
  parameters: readonly KeyParameterModel[],
  version: number,
): KeyPathModel {
  const generation = (known.generations.get(storageTemplate) ?? 0) + 1;
  known.generations.set(storageTemplate, generation);
  return { id: String(known.paths.size), template: '', storageTemplate, generation, since: version, parameters };
}

function draft(
  template: string,
  model: ObjectTypeModel,
  place: Place,
): Pick<KeyPathModel, 'storageTemplate' | 'parameters'> {
  const parsed: ParsedTemplate = parsedAt(place, template);
  const fieldOf = (name: string): FieldModel => model.fields.find((field) => field.name === name) as FieldModel;
  return {
    storageTemplate: renameParameters(parsed, (name) => fieldOf(name).storageName).text,
    parameters: parameterNames(parsed).map((name) => parameter(fieldOf(name))),
  };
}

function parameter({ storageName, type, readDefault }: FieldModel): KeyParameterModel {
  const encoding: FieldType = type;
  const pinned: { readonly default?: JsonValue } = readDefault === undefined ? {} : { default: readDefault };
  return { field: storageName, encoding, ...pinned };
}

function refuseOtherRows(
  pinned: KeyPathModel,
  parameters: readonly KeyParameterModel[],
  storageTemplate: string,
  typeName: string,
  place: Place,
): void {
  if (pinned.storageTemplate === storageTemplate && canonicalJson(pinned.parameters) === canonicalJson(parameters))
    return;
  const changed = parameters.find((p, i) => canonicalJson(p) !== canonicalJson(pinned.parameters[i]));
  const template = place.keyPath ?? '';
  refuse(
    place,
    `the readDefault of ${changed?.field ?? 'a field'} differs from what it was when version ${pinned.since} added this key path ` +
      `of ${typeName}, so the two versions would want different rows for one item`,
    pinned.id === PRIMARY
      ? 'leave the readDefault as it was: a primary key path cannot change'
      : `make it a new path, in the same migration: t.removeKeyPath('${template}') before the change and t.addKeyPath('${template}') after it`,
  );
}
