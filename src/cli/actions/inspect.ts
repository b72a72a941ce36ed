import { inspect as print } from 'node:util';
import { inspect, type InspectedRow, type InspectReport, type VersionSight } from '../../operator/inspect.js';
import type { ActionOf } from '../command.js';
import type * as spec from '../commands/inspect.js';
import { UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { count, counted } from '../terminal/duration.js';
import { grid } from '../terminal/grid.js';
import { readRowKey, rowKeyText } from './row-key.js';
import { placeOptions } from './step.js';
import { lines } from './text.js';

/** What a row may be without anybody having to look at it. */
const IN_ORDER: readonly InspectedRow['condition'][] = ['sound', 'unfilled'];

export const inspectCommand: ActionOf<typeof spec.inspectCommand> = async (context, _, [key = '', sk]) => {
  if (sk === undefined && !key.startsWith('/')) {
    throw new UsageError(`KEY is a key path with its values, such as /customer-7f/order-a1; '${key}' is not.`);
  }
  const report = await inspect({ ...(await placeOptions(context)), key: sk === undefined ? key : readRowKey(key, sk) });
  const inOrder = report.item !== undefined && report.rows.every(({ condition }) => IN_ORDER.includes(condition));
  return { text: inspectText(report), json: report, ...(inOrder ? {} : { exit: exitCode.refused }) };
};

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

function rowLines({ keyPath, key, state, condition, stamp, bytes }: InspectedRow): readonly string[] {
  const there = stamp === undefined ? [] : [`stamp ${stamp.epoch}`, `${count(bytes ?? 0)} bytes`];
  return [
    `  ${keyPath}: ${[state, condition, ...there].join(', ')}`,
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
