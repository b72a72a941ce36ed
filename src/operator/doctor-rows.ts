import { printKey } from '../protocol/errors.js';
import { isFilling, isRestoreSwept, type Knowledge } from '../registry/knowledge.js';
import type { PublishableSchema } from '../registry/past.js';
import { ROOM_BYTES } from '../table/limits.js';
import type { RowKey } from '../values/attribute-value.js';
import { type DoctorCheck, ok, problem, warning } from './doctor-check.js';
import type { SampledRows } from './doctor-sample.js';

const some = (keys: readonly RowKey[]): string =>
  keys.slice(0, 10).map(printKey).join(', ') + (keys.length > 10 ? ', …' : '');

/** Rows that a pass would go on past. */
export function ofRows({ rows, damaged, full }: SampledRows): DoctorCheck {
  const sample = `A sample of ${rows.toLocaleString('en-US')} rows has`;
  if (damaged.count > 0) {
    const [first] = damaged.first;
    return problem(
      'rows',
      `${sample} ${damaged.count.toLocaleString('en-US')} that passes over the table go on past: ` +
        `${some(damaged.first.map(({ key }) => key))}. The first: ${first!.message} \`ductile verify --all\` finds all of them.`,
    );
  }
  if (full.length > 0) {
    return warning(
      'rows',
      `${sample} ${full.length} items with less than ${ROOM_BYTES / 1024} KB of room below the 400 KB of DynamoDB: ` +
        `${some(full)}. A new key path, or a retire, may not be able to add to them: make them smaller before.`,
    );
  }
  return ok('rows', `${sample} none that a version cannot read, and none that is too large to add to.`);
}

/** Whether the table is the one that its registry speaks of. */
export function ofStamps(
  knowledge: Knowledge,
  schema: PublishableSchema | undefined,
  sample: SampledRows,
): DoctorCheck {
  const isBehind = schema !== undefined && schema.version > knowledge.newestVersion;
  // A restore looks at the table by the registry, which knows nothing of such a version.
  const publishing = isBehind ? `run \`ductile publish\`, which adds version ${schema.version} again, then ` : 'run ';
  const mend = `End all applications, ${publishing}\`ductile doctor --restored\`.`;
  const { rows, orphans, unknownStamp } = sample;
  if (!isRestoreSwept(knowledge)) {
    return problem('stamps', `The table was restored, and not every item was brought to its registry. ${mend}`);
  }
  if (unknownStamp !== undefined) {
    return problem(
      'stamps',
      `A row is stamped by ${unknownStamp}, which this table's registry does not know: the table was restored or copied. ${mend}`,
    );
  }
  if (orphans > 0) {
    return warning(
      'stamps',
      `A sample of ${rows.toLocaleString('en-US')} rows has ${orphans.toLocaleString('en-US')} of before the table was restored, on key paths, whose items are not there: run ` +
        `${isFilling(knowledge) ? '\`ductile backfill run\`, then ' : ''}` +
        '`ductile verify --all --repair`, which tells how each of them is judged.',
    );
  }
  return ok('stamps', `A sample of ${rows.toLocaleString('en-US')} rows is of this registry.`);
}
