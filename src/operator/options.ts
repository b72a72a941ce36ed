import { assertOptions, type Objection, placeRules } from '../store/call-options.js';
import { UNSEEN_IN_USE_MS } from '../registry/census.js';
import { MOST_SEGMENTS } from '../work/most-segments.js';
import type { OperatorOptions, PlaceOptions, SourceOptions } from './session.js';

const { schema, table, client, keys } = placeRules;

/** What every operator function takes; what needs no sources lets them pass, so that one object of options does for all. */
const PLACE_RULES = {
  schema: (value) => (value === undefined ? undefined : schema(value)),
  table,
  client,
  keys,
  signal: (value) => (value === undefined || isSignal(value) ? undefined : 'is an AbortSignal'),
} satisfies Record<keyof (PlaceOptions & SourceOptions), Objection>;

/** What those take besides that pass over the table. */
const RULES = {
  ...PLACE_RULES,
  // A drain until no number is never over.
  drain: (value) => (value === undefined || isTime(value) ? undefined : 'is a number of milliseconds, from 0 on'),
  onProgress: (value) => (value === undefined || typeof value === 'function' ? undefined : 'is a function'),
  concurrency: (value) => (value === undefined || isCount(value) ? undefined : 'is a whole number, from 1 on'),
  maxWcu: (value) =>
    value === undefined || isRate(value) ? undefined : 'is a number of write units a second, above 0',
  maxRcu: (value) => (value === undefined || isRate(value) ? undefined : 'is a number of read units a second, above 0'),
  segments: (value) =>
    value === undefined || (isCount(value) && value <= MOST_SEGMENTS)
      ? undefined
      : `is a whole number from 1 to ${MOST_SEGMENTS}`,
  timeLimit: (value) => (value === undefined || isTime(value) ? undefined : 'is a number of milliseconds, from 0 on'),
} satisfies Record<keyof OperatorOptions, Objection>;

/** What passes over the table, and so can be planned. */
export const PLANNED_STEPS = ['backfill', 'verify', 'retire', 'drop', 'withdraw', 'mendRestored'] as const;
export type PlannedStep = (typeof PLANNED_STEPS)[number];

/** The options by which an operator says which versions are meant, and what is to be done. */
export const choiceRules = {
  version: (value) => (isCount(value) ? undefined : 'is the number of a schema version, such as 2'),
  undo: (value) => (value === undefined || typeof value === 'boolean' ? undefined : 'is true or false'),
  unseenFor: (value) =>
    value === undefined || (isTime(value) && value >= UNSEEN_IN_USE_MS)
      ? undefined
      : `is a number of milliseconds, from ${UNSEEN_IN_USE_MS} on: so long a version in use may go unseen (force: true goes on anyway)`,
  force: (value) => (value === undefined || typeof value === 'boolean' ? undefined : 'is true or false'),
  all: (value) => (value === undefined || typeof value === 'boolean' ? undefined : 'is true or false'),
  repair: (value) => (value === undefined || typeof value === 'boolean' ? undefined : 'is true or false'),
  orphans: (value) => (value === undefined || value === 'delete' ? undefined : "is 'delete', or left out"),
  key: (value) =>
    (typeof value === 'string' && value.startsWith('/')) || isRowKey(value)
      ? undefined
      : "is a key path with its values, such as '/customer-7f/order-a1', or the { pk, sk } of a row",
  step: (value) =>
    value === undefined || (PLANNED_STEPS as readonly unknown[]).includes(value)
      ? undefined
      : `is one of ${PLANNED_STEPS.join(', ')}`,
  prices: (value) =>
    value === undefined || isPrices(value) ? undefined : 'is { perMillionWrites, perMillionReads }: numbers, from 0 on',
  work: (value) =>
    value === undefined || (typeof value === 'string' && value !== '')
      ? undefined
      : "is the id of a pass over the table, such as 'backfill-12'",
} satisfies Readonly<Record<string, Objection>>;

/** What a data job takes besides. */
export const jobRules = {
  schema: (value) => schema(value) ?? (hasClasses(value) ? undefined : 'is what defineSchema gives'),
  drain: (value) => (value === undefined ? undefined : 'is not known: a job has no drain'),
  job: (value) =>
    (typeof value === 'object' && value !== null) || typeof value === 'function' ? undefined : 'is a DataJob',
  dryRun: (value) => (value === undefined || isSample(value) ? undefined : 'is { sample: 20 }: how many items at most'),
  onError: (value) => (value === undefined || value === 'stop' || value === 'skip' ? undefined : "is 'stop' or 'skip'"),
  again: (value) => (value === undefined || typeof value === 'boolean' ? undefined : 'is true or false'),
} satisfies Readonly<Record<string, Objection>>;

/** Limits that may be taken away. */
export const limitRules = {
  maxWcu: (value) => (value === null ? undefined : RULES.maxWcu(value)),
  maxRcu: (value) => (value === null ? undefined : RULES.maxRcu(value)),
} satisfies Readonly<Record<string, Objection>>;

/**
 * Options of a pass are let pass by calls that make none, so that one object of options does for all steps.
 *
 * @throws StoreOptionError where an option is unknown, missing, or not what the function takes
 */
export function assertOperatorOptions(
  call: string,
  options: object,
  choice: Readonly<Record<string, Objection>> = {},
): void {
  assertOptions(call, options, { ...RULES, ...choice });
}

/**
 * For a call that is no step of any: whoever gives it a limit or a drain means another one.
 *
 * @throws StoreOptionError where an option is unknown, missing, or not what the function takes
 */
export function assertPlaceOptions(call: string, options: object, choice: Readonly<Record<string, Objection>>): void {
  assertOptions(call, options, { ...PLACE_RULES, ...choice });
}

const isSample = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'sample' in value && isCount(value.sample);

/** Of a snapshot there are none. */
const hasClasses = (value: unknown): boolean => typeof value === 'object' && value !== null && 'classes' in value;

/** By what is used of it: a test runner, or a polyfill, has a class of its own. */
const isSignal = (value: unknown): boolean =>
  typeof (value as Partial<AbortSignal> | null)?.throwIfAborted === 'function';

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;

const isRate = (value: unknown): boolean => typeof value === 'number' && value > 0 && Number.isFinite(value);

const isPrices = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  isTime((value as Record<string, unknown>)['perMillionWrites']) &&
  isTime((value as Record<string, unknown>)['perMillionReads']);

const isRowKey = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Record<string, unknown>)['pk'] === 'string' &&
  typeof (value as Record<string, unknown>)['sk'] === 'string';

const isTime = (value: unknown): value is number => typeof value === 'number' && value >= 0 && Number.isFinite(value);
