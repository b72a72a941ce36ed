import { type BuildInUse, census, type CensusReport, type VersionInUse } from '../../operator/census.js';
import { command } from '../command.js';
import { tableOptions } from '../common-options.js';
import { grid } from '../terminal/grid.js';
import { operatorOptions } from './step.js';

export const versionsCommand = command({
  name: 'versions',
  summary: 'Say which versions and builds are in use: the census',
  about:
    'Each process that opens the table says so, and again every 15 minutes as long as it is used. `ductile retire` goes by ' +
    'the same.',
  options: { ...tableOptions },
  async run(context) {
    const report = await census(await operatorOptions(context, {}));
    return { text: censusText(report), json: report };
  },
});

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
