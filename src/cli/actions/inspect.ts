import { inspect as print } from 'node:util';
import { inspect, type InspectReport, type VersionSight } from '../../operator/inspect.js';
import type { Difference, InspectedRow } from '../../operator/inspect-rows.js';
import type { ActionOf } from '../command.js';
import type * as spec from '../commands/inspect.js';
import { UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { count, counted } from '../terminal/duration.js';
import { grid } from '../terminal/grid.js';
import { readRowKey, rowKeyText } from './row-key.js';
import { placeOptions } from './step.js';
import { lines } from './text.js';

export const inspectCommand: ActionOf<typeof spec.inspectCommand> = async (context, _, [key = '', sk]) => {
  if (sk === undefined && !key.startsWith('/')) {
    throw new UsageError(`KEY is a key path with its values, such as /customer-7f/order-a1; '${key}' is not.`);
  }
  const report = await inspect({ ...(await placeOptions(context)), key: sk === undefined ? key : readRowKey(key, sk) });
  return { text: inspectText(report), json: report, ...(report.sound ? {} : { exit: exitCode.refused }) };
};

function inspectText({ type, key, item, damage, rows, versions }: InspectReport): string {
  const { stamp, revision, layout, expires, expired } = item ?? {};
  const isGone = item === undefined && damage === undefined;
  return lines(
    isGone ? `${type} ${rowKeyText(key)}: the item is not there.` : `${type} ${rowKeyText(key)}`,
    damage && `  damaged: ${damage}`,
    stamp &&
      `  revision ${revision}, written ${counted(layout!, 'time')} by Ductile since, stamp ${stamp.epoch} ${stamp.registry}`,
    expires && `  ${expired === true ? 'expired' : 'expires'} ${expires}`,
    'Rows:',
    ...rows.flatMap(rowLines),
    ...(versions.length === 0 ? [] : ['Versions:']),
    ...versions.flatMap(sightLines),
  );
}

function rowLines({ below, differences = [], ...row }: InspectedRow): readonly string[] {
  const { keyPath, key, state, condition, stamp, bytes } = row;
  const there = [
    ...(stamp === undefined ? [] : [`stamp ${stamp.epoch}`]),
    ...(bytes === undefined ? [] : [`${count(bytes)} bytes`]),
  ];
  return [
    `  ${keyPath}${below === undefined ? '' : ` (read by versions below ${below})`}: ${[state, condition, ...there].join(', ')}`,
    ...(key === undefined ? [] : [`    ${rowKeyText(key)}`]),
    ...differences.map(
      ({ attribute, item, row }) => `    ${attribute}: ${stored(item)} in the item, ${stored(row)} in the row`,
    ),
  ];
}

/** A stored value, with its type. */
const stored = (value: Difference['item']): string =>
  value === undefined ? 'nothing' : print(value, { depth: 6, breakLength: Infinity, maxStringLength: 60 });

function sightLines({ version, entity, error }: VersionSight): readonly string[] {
  if (error !== undefined) return [`  ${version}: cannot read it. ${error}`];
  const fields = Object.entries(entity ?? {}).map(([name, value]) => [
    name,
    print(value, { depth: 6, breakLength: Infinity }),
  ]);
  return [`  ${version}:`, grid(fields).replace(/^/gm, '    ')];
}
