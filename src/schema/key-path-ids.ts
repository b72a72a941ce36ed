import type { FieldType, JsonValue } from '../fields/field-type.js';
import { PRIMARY } from '../keypaths/model.js';
import { canShareRow } from '../keypaths/overlap.js';
import { parameterNames, renameParameters, type ParsedTemplate } from '../keypaths/template.js';
import { canonicalJson } from '../values/canonical-json.js';
import type { FieldModel, KeyParameterModel, KeyPathModel, ObjectTypeModel } from './model.js';
import type { Identity, TypeState } from './moment.js';
import { byCodeUnit } from './ordering.js';
import { classNameOf, refuse, type Place } from './place.js';
import { parsedAt } from './templates.js';

/** Tells what an enum's stored values are, by its storage name. */
type EnumBases = ReadonlyMap<string, 'string' | 'int'>;

/**
 * The ids of all key paths, given out version by version: '0' to the primary path of a type, then numbers in the order
 * of versions and, within one, of storage templates, so that the order in the source does not matter. What a path's
 * first version says of its rows is pinned; a later version that says otherwise is refused.
 */
export class KeyPathIds {
  /** The paths of each type, those that are gone among them. */
  private readonly types = new Map<Identity, Map<Identity, KeyPathModel>>();

  /**
   * @param model the type as the version has it, which names the fields
   * @param enums of every version so far
   */
  admit(
    type: TypeState,
    model: ObjectTypeModel,
    enums: EnumBases,
    version: number,
    place: Place,
  ): readonly KeyPathModel[] {
    const known = this.types.get(type.id) ?? new Map<Identity, KeyPathModel>();
    this.types.set(type.id, known);
    const drafts = type.keyPaths.map((path, index) => ({
      ...path,
      ...draft(path.template, model, { ...place, class: classNameOf(type.class), keyPath: path.template, version }),
      primary: index === 0,
    }));
    const gone = [...known].filter(([id]) => drafts.every((path) => path.id !== id)).map(([, path]) => path);
    drafts.sort((a, b) => Number(b.primary) - Number(a.primary) || byCodeUnit(a.storageTemplate, b.storageTemplate));
    const models = drafts.map(({ id, template, storageTemplate, parameters }): KeyPathModel => {
      const first = { template, storageTemplate, since: version, parameters };
      const generation = generationOf(first, gone, enums);
      // Snapshots are compared line by line, so the order of the members lasts.
      const pinned = known.get(id) ?? {
        id: String(known.size),
        template,
        storageTemplate,
        generation,
        since: version,
        parameters,
      };
      known.set(id, pinned);
      const at = { ...place, class: classNameOf(type.class), keyPath: template, version };
      refuseOtherRows(pinned, parameters, storageTemplate, type.name, at);
      return { ...pinned, template };
    });
    return models.sort((a, b) => Number(a.id) - Number(b.id));
  }
}

/**
 * A path that could have a row of one that is gone has keys of its own: rows of that one are there until the last version
 * that has it is dropped. It is the same template again, or the same over a field that was removed and added.
 */
function generationOf(
  path: Omit<KeyPathModel, 'id' | 'generation'>,
  gone: readonly KeyPathModel[],
  enums: EnumBases,
): number {
  const again = gone.filter(({ storageTemplate }) => storageTemplate === path.storageTemplate);
  if (again.length > 0) return Math.max(...again.map(({ generation }) => generation)) + 1;
  const unmarked: KeyPathModel = { ...path, id: '', generation: 1 };
  return gone.some((other) => canShareRow(unmarked, other, (name) => enums.get(name))) ? 2 : 1;
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
