import { of } from './of.mjs';

const outcomes = ['test/protocol/outcomes'];
const lost = 'test/protocol/outcomes › an update whose answer';
const created = 'test/protocol/outcomes › a create whose answer';
const deleted = 'test/protocol/outcomes › a delete whose answer';
const open = 'test/protocol/open-entries';

/** How a write is carried out: what it starts from, and what is known when its answer does not come. */
export const ofWrites = [
  ...of('src/protocol/attempts.ts', [lost, created], {
    'an applied update is known by its revision': ['[now.revision, ...now', '[...now'],
    'an applied update is known by its ancestors': ['...now.ancestors, ', ''],
    'an applied create is known by its incarnation': [', now.incarnation].find', '].find', created],
    'an attempt without an answer is in doubt': ['this.#doubts++;', ''],
    'what is proved ends the doubt': ['this.#doubts = 0;', ''],
  }),
  ...of('src/protocol/writer.ts', outcomes, {
    'a failure is not reported while an attempt is in doubt': ['if (!call.inDoubt) throw error;', 'throw error;', lost],
    'a create in doubt is not planned anew': [
      "if (step.kind === 'again' && before === undefined && call.inDoubt)",
      'if (before === undefined && false)',
      created,
    ],
    'a create in doubt does not go on where there is nothing': [
      'if (free && !call.inDoubt) return',
      'if (free) return',
      created,
    ],
    'an applied attempt is recognised': ['step.now && call.appliedIn(step.now)', 'undefined', lost],
    'a delete in doubt whose incarnation is gone is done': [
      '!== row.incarnation && call.inDoubt) return true;',
      '!== row.incarnation && false) return true;',
      deleted,
    ],
    'a delete of what somebody else deleted says so': [
      '!== row.incarnation && call.inDoubt) return true;',
      '!== row.incarnation) return true;',
      deleted,
    ],
    'a delete of a changed incarnation is ruled out': [
      'if (now.incarnation === row.incarnation && now.revision !== row.revision) call.rule();',
      '',
      deleted,
    ],
    'a write is not planned on a row with a newer stamp': [
      'for (const { epoch, registry } of rows) await this.registry.catchUp(epoch, registry);',
      'await Promise.resolve(rows);',
      'test/protocol/conditions › STAMP-MONOTONE',
    ],
    'an update is not planned on a row with a newer stamp': [
      'await this.catchUp(...(before === undefined ? [] : [before]), ...rowsTaken(findings));',
      'await this.catchUp(...rowsTaken(findings));',
      'test/protocol/conditions › STAMP-MONOTONE',
    ],
    'a delete is not planned on a row with a newer stamp': [
      'await this.catchUp(row);\n      const',
      'const',
      'test/protocol/steps › knows less',
    ],
    'a sweep is not planned on a row with a newer stamp': [
      'await this.catchUp(...[row, ...rowsTaken(findings)].filter(',
      'await this.catchUp(...rowsTaken(findings).filter(',
      'test/protocol/steps › knows less',
    ],
    'an update whose revision is another is an optimistic lock error': [
      'if (now?.revision === before.revision) {',
      'if (now !== undefined) {',
      'test/store/repository › refuses what another writer changed',
    ],
    'an update is ruled out only where the ancestors reach back': [
      ' && now.ancestors.includes(before.revision)) call.rule();',
      ') call.rule();',
      lost,
    ],
    'a moved layout rules earlier attempts out': [
      'if (now.layout !== before.layout) call.rule();',
      '',
      lost,
      'test/protocol/outcomes › while the layout moves',
    ],
    'an attempt that may come yet is not repeated for ever': [
      'if (call.doubts < MOST_DOUBTS) return now;',
      'return now;',
      lost,
    ],
    'a sweep refuses a row whose attributes do not make its key': [
      'assertSound(row, knowledge);',
      '',
      'test/operator/verify › backfill',
    ],
    'what another writer brought to the epoch is left as it is': [
      'if (isThere(now) && closing.size === 0) return now;',
      '',
      `${open} › brought it to the epoch`,
    ],
    'what is of before the table was restored is not at the epoch': [
      'now.epoch >= epoch && !this.isFormer(now.registry);',
      'now.epoch >= epoch;',
      'test/operator/restore',
    ],
    'an open entry is tried for until it is closed': [
      'if (isThere(now) && closing.size === 0) return now;',
      'if (isThere(now)) return now;',
      `${open} › as often as it takes`,
    ],
    'an open entry that cannot be closed is no error': [
      'if (closing.size > 0 && isThere(row)) return row;',
      '',
      `${open} › stays open for now`,
    ],
    'a primary key does not change': [
      'if (before !== undefined && !sameKey(before.key, plan.row.key)) {',
      'if (false) {',
      'test/store/repository › refuses a changed primary',
    ],
    'a create over another item type says so': [
      'if (now !== undefined && now.type !== type.storageName) {',
      'if (false) {',
      'test/protocol/conditions › no such item',
    ],
    'a create over an item of another registry says so': [
      'if (now !== undefined) await this.catchUp(now);',
      '',
      'test/protocol/conditions › no such item',
      'test/protocol/ttl › STAMP-MONOTONE',
    ],
    'an update is planned only by a version that may write': [
      "if (intent !== 'layout') this.options.assertMayWrite?.(knowledge);",
      '',
      'test/operator/retire › FENCE',
    ],
    'a delete is planned only by a version that may write': [
      'this.options.assertMayWrite?.(knowledge);\n      const planned',
      'const planned',
      'test/operator/retire › FENCE',
    ],
    'a version is announced before it writes': [
      'await this.options.announce?.();',
      '',
      'test/store/open-store › says once that its version is in use',
    ],
    'what was dropped goes with any write': [
      'const left = remaining(knowledge, type, attributes);',
      'const left = attributes;',
      'test/operator/drop › users’ writes',
    ],
  }),
  ...of('src/protocol/writer.ts', ['test/protocol/ttl'], {
    'only what has expired gives way to a create': [
      'const free = now === undefined || isExpired(now, this.gateway.serverTime());',
      'const free = true;',
    ],
    'a write is not planned on rows of others with a newer stamp': [
      'await this.catchUp(...(before === undefined ? [] : [before]), ...rowsTaken(findings));',
      'if (before !== undefined) await this.catchUp(before);',
      'test/protocol/ttl › STAMP-MONOTONE',
    ],
    'an update of what has expired ends': [
      "if (before !== undefined && isExpired(before, this.gateway.serverTime())) throw lostRace(type, 'deleted');",
      '',
      'test/protocol/ttl › an item that has expired',
    ],
    'an expired item that lost its row cannot be saved': [
      "if (before !== undefined && hasExpired(before, findings)) throw lostRace(type, 'deleted');",
      '',
      'test/protocol/ttl › an item that has expired',
    ],
    'an expired item that lost its row is deleted by a sweep': [
      'const put = hasExpired(row, findings)',
      'const put = false',
      'test/protocol/ttl › an item that has expired',
    ],
  }),
  ...of('src/protocol/dispatch.ts', outcomes, {
    'a plain create is sent once': ['{ once: true }', '{ once: false }', created],
    'what is no plain create may be sent again': [
      'before === undefined ? { once: true }',
      'true ? { once: true }',
      'test/protocol/outcomes › tells the gateway',
    ],
    'an aged write carries its guard': [
      '...(plan.aged ? { guard: guard.age } : {}),',
      '',
      'test/protocol/create-guard › sends a create with the age',
    ],
    'a write without an answer is in doubt': [
      'call.doubt(outcome.cause);\n    const look',
      'const look',
      lost,
      created,
    ],
    'a refusal after a lost attempt is in doubt': ['if (outcome.doubtful) call.doubt(undefined);', '', lost, created],
    'a refused fence is followed by a refresh': [
      'if (reading.fenced) await this.refreshBeyond(of.epoch);',
      '',
      'test/protocol/conditions › does not get ahead of its stamp|a fence',
    ],
    'a key that was met is remembered': ['this.taken.add(row.key);', 'void row;', `${open} › in expand`],
    'a key that was freed is not remembered': [
      'for (const { key } of plan.actions) this.taken.forget(key);',
      '',
      `${open} › freed the key`,
    ],
    'a write that others hold up learns what its process learned': [
      'return rowsOf(plan).some(',
      'return false && rowsOf(plan).some(',
      `${open} › met other transactions`,
    ],
    'a fence above the registry is an error': [
      'throw new RegistryBehindError(epoch + 1, now);',
      'void now;',
      'test/protocol/steps › a fence above the newest',
    ],
    'a stale create renews what is known': [
      "case 'stale':\n        await of.guard.renew();",
      "case 'stale':",
      'test/protocol/create-guard › signed too late',
    ],
    'a create that is lost is looked up before it is sent again': [
      'if (look.row !== undefined || again === undefined) break;',
      'if (again === undefined) break;',
      'test/protocol/lost-creates',
    ],
    'a create is not sent again when DynamoDB says that its token may be forgotten': [
      'if (look.row !== undefined || again === undefined) break;',
      'if (look.row !== undefined) break;',
      'test/protocol/lost-creates',
    ],
    'a plain create is not sent again': [
      'before === undefined && plan.actions.length > 1',
      'before === undefined',
      'test/protocol/lost-creates',
    ],
    'a create is not sent again with what the registry was before': [
      'if (this.registry.knowledge.epoch !== of.epoch) break;',
      '',
      'test/protocol/lost-creates',
    ],
    'a write that is too large is sent smaller': [
      'if (smaller === undefined) throw error;',
      'throw error;',
      'test/protocol/conditions › too large',
    ],
  }),
  ...of('src/protocol/create-guard.ts', ['test/protocol/create-guard'], {
    'without a date a fence is taken': ['asOf === undefined || ', ''],
    'the registry may ask for fences': [
      "knowledge.createGuard === 'fence' || ",
      '',
      'test/protocol/conditions › a fence',
    ],
    'the process may ask for fences': ["createGuard === 'fence' || asOf", 'asOf'],
    'after vain renewals a fence is taken': [' || this.#renewals >= RENEWALS', ''],
    'one renewal is not the last': [
      'const RENEWALS = 2;',
      'const RENEWALS = 1;',
      'test/protocol/create-guard › cannot be young enough|signed too late',
    ],
    'the smaller age counts': ['Math.min(knowledge.registryMaxAge, registryMaxAge)', 'knowledge.registryMaxAge'],
  }),
  ...of('src/protocol/sound.ts', ['test/operator/verify › backfill'], {
    'a sweep knows the type of an item': [
      "if (primary === undefined) throw damaged(item, own.type, 'names an item type that the registry does not know');",
      '',
      'test/protocol/steps › cannot be understood',
    ],
    'a sweep finds an item under its own key': ['key === undefined || !sameKey(key, item.key)', 'key === undefined'],
    'a sweep finds values that can be in keys': [
      'for (const { path } of knowledge.demanded.get(item.type)!) keyOf(item, path);',
      '',
    ],
    'a sweep finds a time where an item expires': ['assertExpiry(item, knowledge);', '', 'test/protocol/ttl › \\$exp'],
  }),
];
