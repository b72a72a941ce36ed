import { createHash } from 'node:crypto';
import { canonicalJson } from '../values/canonical-json.js';
import type { AttributeMap, AttributeValue, RowKey } from '../values/attribute-value.js';
import type { EntryContent } from './content.js';
import { LibraryTooOldError, RegistryDamagedError } from './errors.js';
import { sinceOfParts, unknownPart } from './content-needs.js';
import { isOlder, libraryVersion, newestOf } from './library-version.js';
import { intoParts, type Part, type PartedText, referenceIn } from './parts.js';
import { rowSize } from '../table/row-size.js';

export type { CreateGuard, EntryContent, Published } from './content.js';

/**
 * The form of the registry: an append-only log of entries, each one row, all in one partition, in the order of their
 * epochs. A row is never changed; whoever wants an epoch puts its row on condition that there is none. All is in one
 * attribute, so that a table may call its keys what it likes.
 *
 * @example
 * { pk: '$ductile', sk: 'entry#000000000002', $entry: {
 *   epoch: 2, kind: 'published', version: 1, versionHash: '9f0c…', schema: '{"version":1,"types":{…}}', promoted: true,
 *   at: '2026-11-22T19:00:00.000Z', by: '0.1.0', needs: '0.1.0', previous: '41d2…', hash: '77ab…' } }
 */
export interface Entry {
  /** 1, 2, 3 … without gaps. */
  readonly epoch: number;
  /** The hash of the entry before it; empty for the first. */
  readonly previous: string;
  /** SHA-256, in hex, over everything else in the entry. */
  readonly hash: string;
  /** When it was written, by its writer's clock. For people only: nothing is decided by it. */
  readonly at: string;
  /** The version of Ductile that wrote it. */
  readonly by: string;
  /** The oldest version of Ductile that can carry it out. */
  readonly needs: string;
  readonly content: EntryContent;
}

type Kind = EntryContent['kind'];
/** How an attribute holds its value: S, N, BOOL, L of S, or S with JSON text; `?` where it may be absent. */
type Form = 'text' | 'number' | 'flag' | 'texts' | 'json' | 'text?' | 'number?' | 'flag?' | 'json?';

const forms: {
  readonly [K in Kind]: Readonly<Record<Exclude<keyof Extract<EntryContent, { kind: K }>, 'kind'>, Form>>;
} = {
  opened: { registry: 'text', schemaName: 'text', createGuard: 'text', registryMaxAge: 'number', format: 'number' },
  settings: { createGuard: 'text?', registryMaxAge: 'number?' },
  published: { version: 'number', versionHash: 'text', schema: 'json', migration: 'json?', promoted: 'flag?' },
  active: { version: 'number' },
  strict: { type: 'text', paths: 'texts' },
  verified: { type: 'text', paths: 'texts', verify: 'json' },
  promoted: { type: 'text', paths: 'texts' },
  floor: { version: 'number' },
  swept: { reached: 'number' },
  dropping: { version: 'number' },
  withdrawn: { version: 'number' },
  dropped: { reached: 'number' },
  void: {},
  restored: { registry: 'text' },
};

/** The version of Ductile that first knew each kind. */
export const needs: Readonly<Record<Kind, string>> = {
  opened: '0.1.0',
  settings: '0.1.0',
  published: '0.1.0',
  active: '0.1.0',
  strict: '0.1.0',
  verified: '0.1.0',
  promoted: '0.1.0',
  floor: '0.1.0',
  swept: '0.1.0',
  dropping: '0.1.0',
  withdrawn: '0.1.0',
  dropped: '0.1.0',
  void: '0.1.0',
  restored: '0.1.0',
};

/**
 * The kind that is stored of an entry whose JSON texts stand in parts: a library that knows entries whole only must take
 * it for one that it is too old for, not for damage.
 */
const IN_PARTS = '/parts';
const NEEDS_PARTS = '0.1.0';

/** A row as large as that goes in parts: rows end at 400 KB, and a head is read with every refresh. */
const LARGEST_WHOLE = 280 * 1024;

export const registryPk = '$ductile';
const SK = 'entry#';
const ENTRY = '$entry';
const LAST_SK = `${SK}${'9'.repeat(12)}`;

export function entryKey(epoch: number): RowKey {
  return { pk: registryPk, sk: `${SK}${String(epoch).padStart(12, '0')}` };
}

/** The sort keys of every entry from an epoch on. */
export function entriesFrom(epoch: number): readonly [low: string, high: string] {
  return [entryKey(Math.max(epoch, 1)).sk, LAST_SK];
}

/** An entry that follows the head of a chain. */
export function sealEntry(
  head: { readonly epoch: number; readonly headHash: string },
  content: EntryContent,
  at: Date,
): Entry {
  const unsealed = {
    epoch: head.epoch + 1,
    previous: head.headHash,
    at: at.toISOString(),
    by: libraryVersion,
    needs: neededBy(content),
    content,
  };
  return { ...unsealed, hash: hashOfRow(unsealedRow(unsealed)) };
}

/** The row of an entry, without its key. */
export function entryRow(entry: Entry): AttributeMap {
  return { [ENTRY]: { M: { ...unsealedRow(entry), hash: { S: entry.hash } } } };
}

/** The rows that must be in the table before the entry of a content is. */
export const partsOf = (content: EntryContent): readonly Part[] => stored(content).parts;

/** The oldest version of Ductile that can carry out a content. */
export function neededBy(content: EntryContent): string {
  const inParts = stored(content).parts.length > 0 ? [NEEDS_PARTS] : [];
  return newestOf([needs[content.kind], ...inParts, ...sinceOfParts(content)]);
}

/** The hash that an entry's row says. */
export function hashInRow(row: AttributeMap | undefined): string | undefined {
  const entry = row?.[ENTRY];
  const hash = entry !== undefined && 'M' in entry ? entry.M['hash'] : undefined;
  return hash !== undefined && 'S' in hash ? hash.S : undefined;
}

/** The epoch of an entry, by its sort key. */
export const epochOf = (sk: string): number => Number(sk.slice(SK.length));

/** The texts that an entry's row has in parts. Empty where it has none, or is none of ours. */
export function partedTexts(row: AttributeMap): readonly PartedText[] {
  const entry = row[ENTRY];
  const kind = entry !== undefined && 'M' in entry ? entry.M['kind'] : undefined;
  if (kind === undefined || !('S' in kind) || !kind.S.endsWith(IN_PARTS)) return [];
  return Object.values((entry as { readonly M: AttributeMap }).M).flatMap((value) => referenceIn(value) ?? []);
}

/**
 * The entry of a row.
 *
 * @param texts by their hashes, those that it has in parts
 * @throws LibraryTooOldError, RegistryDamagedError
 */
export function readEntry(sk: string, row: AttributeMap, texts: ReadonlyMap<string, string> = NO_TEXTS): Entry {
  const epoch = epochOf(sk);
  const attribute = row[ENTRY];
  if (attribute === undefined || !('M' in attribute))
    throw new RegistryDamagedError(epoch, `it has no attribute ${ENTRY}`);
  const { M: stored } = attribute;
  const read = <T>(name: string, form: Form): T => readValue(epoch, name, form, whole(stored[name], texts)) as T;
  const storedKind = read<string>('kind', 'text');
  const kind = storedKind.endsWith(IN_PARTS) ? storedKind.slice(0, -IN_PARTS.length) : storedKind;
  const needed = read<string>('needs', 'text');
  if (isOlder(libraryVersion, needed) || !Object.hasOwn(forms, kind))
    throw new LibraryTooOldError(epoch, kind, needed, libraryVersion);
  const { hash: _, ...rest } = stored;
  const hash = hashInRow(row);
  if (hash === undefined || hash !== hashOfRow(rest)) {
    throw new RegistryDamagedError(epoch, 'its content does not have the hash that it says');
  }
  if (read<number>('epoch', 'number') !== epoch) throw new RegistryDamagedError(epoch, 'it stands at another place');
  const content: Record<string, unknown> = { kind };
  for (const [attribute, form] of Object.entries<Form>(forms[kind as Kind])) {
    const value = read<unknown>(attribute, form);
    if (value !== undefined) content[attribute] = value;
  }
  // A release that forgot to say what it needs is no damage.
  const unknown = unknownPart(content as unknown as EntryContent);
  if (unknown !== undefined) throw new LibraryTooOldError(epoch, `${kind}, with ${unknown}`, needed, libraryVersion);
  return {
    epoch,
    previous: read('previous', 'text'),
    hash,
    at: read('at', 'text'),
    by: read('by', 'text'),
    needs: needed,
    content: content as unknown as EntryContent,
  };
}

const NO_TEXTS: ReadonlyMap<string, string> = new Map();

/** An attribute with the text that it speaks of in its place. */
function whole(value: AttributeValue | undefined, texts: ReadonlyMap<string, string>): AttributeValue | undefined {
  const text = texts.get(referenceIn(value)?.hash ?? '');
  return text === undefined ? value : { S: text };
}

function unsealedRow(entry: Omit<Entry, 'hash'>): AttributeMap {
  return {
    epoch: { N: String(entry.epoch) },
    previous: { S: entry.previous },
    at: { S: entry.at },
    by: { S: entry.by },
    needs: { S: entry.needs },
    ...stored(entry.content).attributes,
  };
}

/** A content as rows hold it. */
interface StoredContent {
  readonly attributes: AttributeMap;
  readonly parts: readonly Part[];
}

/** A large one is compressed once. */
const known = new WeakMap<EntryContent, StoredContent>();

function stored(content: EntryContent): StoredContent {
  let found = known.get(content);
  if (found === undefined) known.set(content, (found = store(content)));
  return found;
}

function store(content: EntryContent): StoredContent {
  const attributes: Record<string, AttributeValue> = { kind: { S: content.kind } };
  const values = content as unknown as Readonly<Record<string, unknown>>;
  const formsOfKind = Object.entries<Form>(forms[content.kind]);
  for (const [attribute, form] of formsOfKind) {
    if (values[attribute] !== undefined) attributes[attribute] = writeValue(form, values[attribute]);
  }
  if (rowSize(attributes) <= LARGEST_WHOLE) return { attributes, parts: [] };
  const parts: Part[] = [];
  for (const [attribute, form] of formsOfKind) {
    const value = attributes[attribute];
    if (!form.startsWith('json') || value === undefined || !('S' in value)) continue;
    const inParts = intoParts(value.S);
    attributes[attribute] = inParts.reference;
    parts.push(...inParts.parts);
  }
  return { attributes: { ...attributes, kind: { S: `${content.kind}${IN_PARTS}` } }, parts };
}

function hashOfRow(row: AttributeMap): string {
  return createHash('sha256').update(canonicalJson(row)).digest('hex');
}

function writeValue(form: Form, value: unknown): AttributeValue {
  switch (form.replace('?', '')) {
    case 'number':
      return { N: String(value) };
    case 'flag':
      return { BOOL: value === true };
    case 'texts':
      return { L: (value as readonly string[]).map((S) => ({ S })) };
    case 'json':
      return { S: canonicalJson(value) };
    default:
      return { S: value as string };
  }
}

function readValue(epoch: number, attribute: string, form: Form, value: AttributeValue | undefined): unknown {
  if (value === undefined && form.endsWith('?')) return undefined;
  const damaged = () =>
    new RegistryDamagedError(epoch, `its attribute ${attribute} is missing or not what it should be`);
  if (value === undefined) throw damaged();
  switch (form.replace('?', '')) {
    case 'number':
      if ('N' in value && Number.isSafeInteger(Number(value.N))) return Number(value.N);
      break;
    case 'flag':
      if ('BOOL' in value) return value.BOOL;
      break;
    case 'texts':
      if ('L' in value && value.L.every((element) => 'S' in element)) return value.L.map(({ S }) => S);
      break;
    case 'json':
      if ('S' in value) return parsed(value.S, damaged);
      break;
    default:
      if ('S' in value) return value.S;
  }
  throw damaged();
}

function parsed(text: string, damaged: () => RegistryDamagedError): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged();
  }
}
