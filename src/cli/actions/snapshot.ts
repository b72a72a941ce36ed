import { printSnapshot, type SchemaSnapshot, snapshotOf } from '../../schema/snapshot.js';
import type { ActionOf, Context, Outcome } from '../command.js';
import type * as spec from '../commands/snapshot.js';
import { UsageError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { pathNamed } from '../loading/file-named.js';
import { howItDiffers } from './snapshot-differences.js';
import { readResult, writeResult } from '../result-file.js';

export const snapshotCommand: ActionOf<typeof spec.snapshotCommand> = async (
  context,
  { at, out, check, 'dry-run': dry },
) => {
  if (out !== undefined && check !== undefined)
    throw new UsageError('--out writes and --check reads: give one of them.');
  const schema = await context.schema();
  if (at !== undefined && at > schema.version) {
    throw new UsageError(`--at is a version from 1 to ${schema.version}, which schema '${schema.name}' has.`);
  }
  const snapshot = snapshotOf(schema, at === undefined ? {} : { version: at });
  const printed = printSnapshot(snapshot);
  const { name, version } = snapshot;
  const what = `version ${version} of schema '${name}'`;
  if (check !== undefined) return checked(context, check, snapshot, what);
  if (out !== undefined && dry === true) {
    return {
      text: `Would write ${what} to ${out}.`,
      json: { dryRun: true, name, version, file: out },
      next: context.realCommand,
    };
  }
  if (out !== undefined) {
    writeResult(pathNamed(context.folder, out), printed, 'out');
    return { text: `Wrote ${what} to ${out}.`, json: { name, version, file: out } };
  }
  // With --json, too, it is what --schema reads: nothing stands beside it.
  context.print({ text: printed.trimEnd(), json: snapshot });
  return undefined;
};

function checked(context: Context, file: string, snapshot: SchemaSnapshot, what: string): Outcome {
  const there = readResult(pathNamed(context.folder, file), 'check');
  // A checkout may have given it other ends of lines.
  const same = there?.replaceAll('\r\n', '\n') === printSnapshot(snapshot);
  if (same) return { text: `${file} is ${what}.`, json: { file, same } };
  const differs = there === undefined ? [] : howItDiffers(there, snapshot);
  return {
    text:
      there === undefined
        ? `There is no file ${file}, for ${what}.`
        : [`${file} is not ${what} as it is now:`, ...differs].join('\n'),
    json: { file, same, differences: differs.map((line) => line.trim()) },
    exit: exitCode.refused,
    next: context.commandLine('snapshot', '--out', file),
  };
}
