import { type FieldType, isScalar } from '../fields/field-type.js';
import { scalarTypes } from '../fields/scalars/index.js';
import { keyLayout, physicalKey } from '../keypaths/physical-key.js';
import type { ParsedTemplate } from '../keypaths/template.js';
import { keyId } from '../protocol/row.js';
import type { Knowledge } from '../registry/knowledge.js';
import type { KeyPathModel } from '../schema/model.js';
import type { AttributeValue, RowKey } from '../values/attribute-value.js';
import { ValidationError } from '../views/errors.js';
import type { TypeView } from '../views/type-view.js';

/**
 * The rows that a key path with its values may mean, as a person writes one: `/customer-7f/order-a1`. Of every type and
 * version: a literal may be the same in several, and a value may look like a number and be text. Newer versions come first.
 */
export function keysNamed(
  { versions }: Knowledge,
  views: ReadonlyMap<number, ReadonlyMap<string, TypeView>>,
  text: string,
): readonly RowKey[] {
  const found = new Map<string, RowKey>();
  for (const { version } of [...versions.values()].reverse()) {
    for (const view of views.get(version)?.values() ?? []) {
      for (const path of view.model.keyPaths) {
        const key = keyNamed(view, path, text);
        if (key !== undefined && !found.has(keyId(key))) found.set(keyId(key), key);
      }
    }
  }
  return [...found.values()];
}

function keyNamed(view: TypeView, path: KeyPathModel, text: string): RowKey | undefined {
  const { template } = keyLayout(path);
  const values = patternOf(template).exec(text)?.groups;
  if (values === undefined) return undefined;
  const stored = new Map<string, AttributeValue>();
  try {
    for (const { field, encoding } of path.parameters) {
      const model = view.fieldStoredAs(field);
      const value = model && values[`p${model.name}`];
      if (model === undefined || value === undefined) return undefined;
      stored.set(field, view.attributeOf(model.name, valueOf(encoding, value)));
    }
  } catch (error) {
    // A value of another type: it means another key path.
    if (error instanceof ValidationError) return undefined;
    throw error;
  }
  return physicalKey(path, (field) => stored.get(field)!);
}

/** A value has no '/', but for the last: what comes after the last literal is its own. */
function patternOf({ segments }: ParsedTemplate): RegExp {
  const last = segments.length - 1;
  const parts = segments.map(({ literal, parameter }, i) => {
    const value = parameter === undefined ? '' : `(?<p${parameter}>${i === last ? '.+' : '[^/]+'})`;
    return `/${literal.replaceAll('.', '\\.')}${value}`;
  });
  return new RegExp(`^${parts.join('')}$`, 's');
}

/** What a person writes for a value, as an entity has it. What it is not is refused by the field. */
function valueOf(type: FieldType, text: string): unknown {
  if (type.kind === 'enum') return /^-?\d+$/.test(text) ? Number(text) : text;
  return isScalar(type) ? scalarTypes[type.kind].fromText(text) : text;
}
