import { inspect as print } from 'node:util';
import { inspect, type InspectedRow, type InspectReport, type VersionSight } from '../../operator/inspect.js';
import { command } from '../command.js';
import { tableOptions } from '../common-options.js';
import { UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { count, counted } from '../terminal/duration.js';
import { grid } from '../terminal/grid.js';
import { readRowKey, rowKeyText } from './row-key.js';
import { operatorOptions } from './step.js';
import { lines } from './text.js';

/** What a row may be without anybody having to look at it. */
const IN_ORDER: readonly InspectedRow['condition'][] = ['sound', 'unfilled'];

/** Items may meet where only older readers look: all but the first have an open entry there, for good. */
const isInOrder = ({ condition, below }: InspectedRow): boolean =>
  IN_ORDER.includes(condition) || (condition === 'open' && below !== undefined);

export const inspectCommand = command({
  name: 'inspect',
  summary: 'Show the rows of an item, their stamps, and how each version sees it',
  about:
    'KEY is a key path with its values, /customer-7f/order-a1: of any type and on any of its key paths. Or give both key ' +
    'attributes of one of its rows, as `ductile verify` prints them. Ends with 3 where a row is not as it should be.',
  positionals: [
    { name: 'KEY', help: 'a key path with its values; or the partition key of a row' },
    { name: 'SK', help: 'the sort key of that row', optional: true },
  ],
  options: tableOptions,
  async run(context, _, [key = '', sk]) {
    if (sk === undefined && !key.startsWith('/')) {
      throw new UsageError(`KEY is a key path with its values, such as /customer-7f/order-a1; '${key}' is not.`);
    }
    const { signal: _signal, onProgress: _onProgress, ...place } = await operatorOptions(context, {});
    const report = await inspect({ ...place, key: sk === undefined ? key : readRowKey(key, sk) });
    const inOrder = report.item !== undefined && report.rows.every(isInOrder);
    return { text: inspectText(report), json: report, ...(inOrder ? {} : { exit: exitCode.refused }) };
  },
});

function inspectText({ type, key, item, rows, versions }: InspectReport): string {
  const { stamp, revision, layout, expires, expired } = item ?? {};
  return lines(
    item === undefined ? `${type} ${rowKeyText(key)}: the item is not there.` : `${type} ${rowKeyText(key)}`,
    stamp &&
      `  revision ${revision}, written ${counted(layout!, 'time')} by Ductile since, stamp ${stamp.epoch} ${stamp.registry}`,
    expires && `  ${expired === true ? 'expired' : 'expires'} ${expires}`,
    'Rows:',
    ...rows.flatMap(rowLines),
    ...(versions.length === 0 ? [] : ['Versions:']),
    ...versions.flatMap(sightLines),
  );
}

function rowLines({ keyPath, key, below, state, condition, stamp, bytes }: InspectedRow): readonly string[] {
  const there = stamp === undefined ? [] : [`stamp ${stamp.epoch}`, `${count(bytes ?? 0)} bytes`];
  return [
    `  ${keyPath}${below === undefined ? '' : ` (read by versions below ${below})`}: ${[state, condition, ...there].join(', ')}`,
    ...(key === undefined ? [] : [`    ${rowKeyText(key)}`]),
  ];
}

function sightLines({ version, entity, error }: VersionSight): readonly string[] {
  if (error !== undefined) return [`  ${version}: cannot read it. ${error}`];
  const fields = Object.entries(entity ?? {}).map(([name, value]) => [
    name,
    print(value, { depth: 6, breakLength: Infinity }),
  ]);
  return [`  ${version}:`, grid(fields).replace(/^/gm, '    ')];
}
