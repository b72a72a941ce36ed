import { type BuildInUse, census, type CensusReport, type VersionInUse } from '../../operator/census.js';
import type { ActionOf } from '../command.js';
import type * as spec from '../commands/versions.js';
import { grid } from '../terminal/grid.js';
import { placeOptions } from './step.js';

export const versionsCommand: ActionOf<typeof spec.versionsCommand> = async (context) => {
  const report = await census(await placeOptions(context));
  return { text: censusText(report), json: report };
};

export function censusText({ versions }: CensusReport): string {
  const head = ['version', 'state', 'last seen', 'build', 'library', 'reads through'];
  return grid([head, ...versions.flatMap(versionRows)]);
}

function versionRows({ version, state, builds }: VersionInUse): readonly (readonly string[])[] {
  const [first, ...rest] = builds;
  if (first === undefined) return [[String(version), state, 'never']];
  return [[String(version), state, ...buildCells(first)], ...rest.map((build) => ['', '', ...buildCells(build)])];
}

const buildCells = ({ build = '', library, lastSeen, keyPaths }: BuildInUse): readonly string[] => [
  lastSeen,
  build,
  library,
  keyPaths.map(({ type, keyPath, lastRead }) => `${type} ${keyPath} (${lastRead})`).join(', '),
];
