import { Cursor } from './cursor.js';
import { parseCondition } from './parse-condition.js';
import { parseUpdate } from './parse-update.js';
import type { Condition, ExpressionKind, Parsed, Path, UpdateAction } from './syntax.js';

/** How many parsed texts of a kind are kept: programs use few texts, and each of them often. */
const KEPT = 1000;

/** Gives the condition of a text. @throws MemoryDynamoError where the text is none */
export const condition = remembering<Condition>('ConditionExpression', parseCondition);
export const filter = remembering<Condition>('FilterExpression', parseCondition);
export const keyCondition = remembering<Condition>('KeyConditionExpression', parseCondition);
export const update = remembering<readonly UpdateAction[]>('UpdateExpression', parseUpdate);
export const projection = remembering<readonly Path[]>('ProjectionExpression', parseProjection);

function remembering<Tree>(kind: ExpressionKind, parse: (cursor: Cursor) => Tree): (text: string) => Parsed<Tree> {
  const known = new Map<string, Parsed<Tree>>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const cursor = new Cursor(kind, text);
    const tree = parse(cursor);
    const parsed = { kind, tree, names: [...cursor.names], values: [...cursor.values] };
    if (known.size >= KEPT) known.clear();
    known.set(text, parsed);
    return parsed;
  };
}

function parseProjection(cursor: Cursor): readonly Path[] {
  const paths = [cursor.path()];
  while (cursor.skip(',')) paths.push(cursor.path());
  cursor.expectEnd();
  return paths;
}
