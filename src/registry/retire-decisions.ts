import { DropRefusedError, RetireRefusedError, WithdrawRefusedError } from './errors.js';
import { isFloorSwept, type Knowledge, newestRemoval } from './knowledge.js';
import type { Decide } from './registry.js';
import { isFloorAt } from './retirement.js';

/**
 * Versions up to `version` may not write any more. Nothing where that is so already.
 *
 * @throws RetireRefusedError
 */
export function raiseFloor(version: number): Decide {
  return (knowledge) => {
    assertPublished(knowledge, version, RetireRefusedError);
    if (version === knowledge.newestVersion) {
      throw new RetireRefusedError(
        `Version ${version} is the newest of schema '${knowledge.schemaName}', and a table needs one that may write. ` +
          'Publish a newer version first; or take this one back, where no process has used it: ' +
          `\`ductile withdraw ${version}\`, or withdraw({ …, version: ${version} }).`,
        { version, newest: knowledge.newestVersion },
      );
    }
    return knowledge.floor.version > version ? undefined : { kind: 'floor', version: version + 1 };
  };
}

/**
 * The version and every later one may write again. Nothing where they may.
 *
 * @throws RetireRefusedError where what only it could see is dropped, or going
 */
export function lowerFloor(version: number): Decide {
  return (knowledge) => {
    assertPublished(knowledge, version, RetireRefusedError);
    const { dropping, floor, schemaName } = knowledge;
    if (dropping !== undefined && version < dropping.version) {
      throw new RetireRefusedError(
        `What only versions before ${dropping.version} of schema '${schemaName}' could see is being dropped, or is gone, ` +
          `so version ${version} cannot come back. Bring what is needed of it back by a new migration.`,
        { version, dropped: dropping.version },
      );
    }
    return floor.version <= version ? undefined : { kind: 'floor', version };
  };
}

/** After a drain every item was brought to an epoch. Nothing where one as new is recorded. */
export function recordSweep(reached: number): Decide {
  return ({ swept }) => (swept >= reached ? undefined : { kind: 'swept', reached });
}

/**
 * Versions up to `version` may not read any more, and what only they could see is to go. Nothing where that is so.
 *
 * @throws DropRefusedError where there is no such version, they are not retired, the floor is another one, or not every
 * item was swept to it
 */
export function beginDrop(version: number): Decide {
  return (knowledge) => {
    assertPublished(knowledge, version, DropRefusedError);
    const { dropping, floor, schemaName } = knowledge;
    if (dropping !== undefined && dropping.version > version) return undefined;
    const facts = { version, floor: floor.version };
    if (floor.version !== version + 1) {
      const state = floor.version === 1 ? 'no version is retired' : `those up to ${floor.version - 1} are retired`;
      throw new DropRefusedError(
        `Versions up to ${version} of schema '${schemaName}' cannot be dropped: ${state}. ${wayToDrop(knowledge, version)}`,
        facts,
      );
    }
    if (!isFloorSwept(knowledge)) {
      throw new DropRefusedError(
        `Versions up to ${version} of schema '${schemaName}' cannot be dropped: they are being retired, and not every ` +
          `item was swept yet. Finish that first: \`ductile retire ${version}\`, or retire({ …, version: ${version} }).`,
        facts,
      );
    }
    return { kind: 'dropping', version: version + 1 };
  };
}

/** What is to be done where the floor is not the one that a drop takes. */
function wayToDrop({ floor, newestVersion }: Knowledge, version: number): string {
  const retired = floor.version - 1;
  if (retired > version) return `Drop all of them: \`ductile drop ${retired}\`, or drop({ …, version: ${retired} }).`;
  if (version === newestVersion) return 'It is the newest, and a table needs one that may write: drop an older one.';
  return `Retire up to ${version} first: \`ductile retire ${version}\`, or retire({ …, version: ${version} }).`;
}

/**
 * Nobody reads any more what was taken away up to an epoch: it goes. Nothing where it does, or where more was taken away
 * since, which readers may not have heard of.
 */
export function takeAway(reached: number): Decide {
  return (knowledge) => (newestRemoval(knowledge) === reached ? { kind: 'dropped', reached } : undefined);
}

/**
 * The newest version is taken back. Nothing where it was.
 *
 * @param hash of the content that is to be taken back
 * @throws WithdrawRefusedError where a process has begun to write at it, it is not the newest, or no other may write
 */
export function takeBack(version: number, hash: string): Decide {
  return (knowledge) => {
    const { versions, newestVersion, schemaName, withdrawn } = knowledge;
    const published = versions.get(version);
    if (published === undefined && withdrawn.some((other) => other.version === version && other.hash === hash)) {
      return undefined;
    }
    const refuse = (why: string): never => {
      throw new WithdrawRefusedError(`Version ${version} of schema '${schemaName}' cannot be withdrawn: ${why}`, {
        version,
        newest: newestVersion,
      });
    };
    if (published === undefined) return refuse(`it is not published (the newest is version ${newestVersion}).`);
    if (published.hash !== hash) {
      return refuse('the one that is published has another content than the one that was to be withdrawn.');
    }
    if (published.active) {
      return refuse(
        'a process that is compiled at it has begun to write, though its first write may have been refused. Undo what it ' +
          'brought by a new migration.',
      );
    }
    if (version !== newestVersion) {
      return refuse(`it is not the newest. Withdraw those after it first, from version ${newestVersion} down.`);
    }
    if (isFloorAt(knowledge, version)) {
      return refuse(
        `every other version is retired, and a table needs one that may write. Take that back first: ` +
          `\`ductile retire ${version - 1} --undo\`, or retire({ …, version: ${version - 1}, undo: true }).`,
      );
    }
    return { kind: 'withdrawn', version };
  };
}

function assertPublished(
  { versions, schemaName, newestVersion }: Knowledge,
  version: number,
  Refusal: typeof RetireRefusedError | typeof DropRefusedError,
): void {
  if (versions.has(version)) return;
  throw new Refusal(`There is no version ${version} of schema '${schemaName}' (the newest is ${newestVersion}).`, {
    version,
    newest: newestVersion,
  });
}
