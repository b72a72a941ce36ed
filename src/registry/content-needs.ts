import type { FieldType } from '../fields/field-type.js';
import { scalarTypes } from '../fields/scalars/index.js';
import type { LensStep } from '../schema/model.js';
import { own } from '../values/own.js';
import type { EntryContent, Published } from './content.js';

/** The version of Ductile that first knew each step of a lens. */
const stepsSince: Readonly<Record<LensStep['op'], string>> = {
  olderDefault: '0.1.0',
  enumAdded: '0.1.0',
  enumRemoved: '0.1.0',
};

const kindsSince: Readonly<Record<Exclude<FieldType['kind'], keyof typeof scalarTypes>, string>> = {
  enum: '0.1.0',
  object: '0.1.0',
  array: '0.1.0',
  map: '0.1.0',
  set: '0.1.0',
};

/** The versions of Ductile that first knew what is in a content; none for what this one does not know. */
export function sinceOfParts(content: EntryContent): readonly string[] {
  return content.kind === 'published' ? partsOf(content).flatMap(({ since }) => since ?? []) : [];
}

/** A part of a content that this library does not know, in words; undefined where it knows all. */
export function unknownPart(content: EntryContent): string | undefined {
  return content.kind === 'published' ? partsOf(content).find(({ since }) => since === undefined)?.what : undefined;
}

interface Part {
  readonly what: string;
  readonly since: string | undefined;
}

function partsOf({ schema, migration }: Published): readonly Part[] {
  const kinds = new Set<string>();
  for (const { fields } of [...Object.values(schema.types), ...Object.values(schema.objects)])
    for (const { type } of fields) addKinds(kinds, type);
  for (const { keyPaths } of Object.values(schema.types))
    for (const { parameters } of keyPaths) for (const { encoding } of parameters) addKinds(kinds, encoding);
  const steps = new Set<string>(migration?.lens.map(({ op }) => op));
  return [
    ...[...kinds].map((kind) => ({ what: `a field of type ${kind}`, since: sinceOfKind(kind) })),
    ...[...steps].map((op) => ({ what: `a migration with ${op}`, since: own<string>(stepsSince, op) })),
  ];
}

function addKinds(kinds: Set<string>, type: FieldType): void {
  kinds.add(type.kind);
  if ('of' in type) addKinds(kinds, type.of);
}

const sinceOfKind = (kind: string): string | undefined =>
  own(scalarTypes as Readonly<Record<string, { readonly since: string }>>, kind)?.since ??
  own<string>(kindsSince, kind);
