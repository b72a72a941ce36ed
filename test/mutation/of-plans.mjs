import { ALWAYS, of } from './of.mjs';

const conditions = ['test/protocol/conditions'];
const ttl = ['test/protocol/ttl'];
const repository = 'test/store/repository';
const versions = 'test/store/versions';
const open = 'test/protocol/open-entries';
const defaults = 'test/store/older-defaults';

/** What a write asks of the rows that it touches, and what it makes of them. */
export const ofPlans = [
  ...of('src/protocol/conditions.ts', conditions, {
    'a create asks that there is no row': [
      'seen === undefined ? rowAbsent :',
      `seen === undefined ? ${ALWAYS} :`,
      'test/protocol/conditions › create: the primary row is absent',
    ],
    'a write of an item asks for what was seen': ['rowAbsent : sameVersion(seen)', `rowAbsent : ${ALWAYS}`],
    'the version that was seen has its revision': [
      '    equals(own.revision, { S: revision }),\n    layout',
      '    layout',
    ],
    'the version that was seen has had no layout write': [
      'layout === 0 ? absent(own.layout)',
      `layout === 0 ? ${ALWAYS}`,
      'test/protocol/conditions › \\$lay is the one seen',
    ],
    'the version that was seen has its layout': [
      'equals(own.layout, { N: String(layout) })',
      ALWAYS,
      'test/protocol/steps › an item that was swept',
    ],
    'a row may be absent': ['return any(rowAbsent, ...items', 'return any(...items'],
    'a row may be owned': ['any(rowAbsent, ...items.map((item) => equals(own.owner, ownerValue(item))))', 'rowAbsent'],
    'a row is absent or owned': ['return any(rowAbsent, ...items', `return any(${ALWAYS}, ...items`],
  }),
  ...of('src/protocol/conditions.ts', ['test/protocol/conditions › take-over'], {
    // Its owner and its revision each tell the other: no row of another item has its revision.
    'a dangling row is still as it was seen': [
      'return all(equals(own.owner, ownerValue(owner)), equals(own.revision, { S: revision }));',
      `return ${ALWAYS};`,
    ],
  }),
  ...of('src/protocol/plan.ts', ttl, {
    'a create replaces what it saw': ['condition: unchanged(seen),', 'condition: unchanged(before),'],
    'an expired owner is deleted': ['for (const other of expired) {', 'for (const other of []) {'],
    'an expired owner is deleted as it was seen': ['condition: sameVersion(other) });', '});'],
    'all rows of what has expired go': ['noLongerDemanded([seen, ...expired], kept', 'noLongerDemanded([before], kept'],
    'an item does not delete itself': ['!sameKey(other.key, item.key) && kept.some', 'kept.some'],
    'an expired owner that is not in the way stays': ['kept.some(({ key }) => lists(other, key)),', 'true,'],
    'a row may be an expired owner’s': [
      'freeOrOwnedBy(item, ...expired.filter((other) => lists(other, key)))',
      'freeOrOwnedBy(item)',
    ],
    'a row is one of an expiry': [
      'const expiry = expiryOf(knowledge, type, attributes);',
      'const expiry = before?.expiry;',
    ],
  }),
  ...of('src/protocol/plan.ts', conditions, {
    'a put of an item is conditional': ['condition: unchanged(seen),', '', 'test/protocol/conditions › the primary'],
    'a demanded row is put under the owner condition': [
      'dangling === undefined ? owner(demanded.key) :',
      `dangling === undefined ? ${ALWAYS} :`,
      'test/protocol/conditions › a demanded row',
    ],
    'a dangling row is taken over as it was seen': [
      'owner(demanded.key) : stillDangling(dangling)',
      `owner(demanded.key) : ${ALWAYS}`,
      'test/protocol/conditions › take-over',
    ],
    'a row on the way out is deleted under the owner condition': [
      "{ kind: 'delete', key, condition: owner(key) }",
      "{ kind: 'delete', key }",
      'test/protocol/steps › is not deleted with what',
    ],
    'rows that are no longer demanded go': [
      'for (const key of noLongerDemanded([seen, ...expired], kept, findings)) {',
      'for (const key of []) {',
      'test/protocol/conditions › moves a row',
    ],
    'a delete of an item is conditional': [
      'key: before.key, condition: unchanged(before) }',
      'key: before.key }',
      "test/protocol/conditions › delete: the primary's",
    ],
    'a delete takes the rows of the manifest along': [
      'for (const key of noLongerDemanded([before], [], findings)) {',
      'for (const key of []) {',
      `${repository} › deletes an item with all its rows`,
    ],
    'a delete takes rows under the owner condition': [
      "{ kind: 'delete', key, condition: freeOrOwnedBy(before) }",
      "{ kind: 'delete', key }",
      'test/protocol/conditions › delete: a manifest row',
    ],
    'owners of dangling rows are checked': [
      'list.checkOwners(kept, findings.dangling);',
      '',
      'test/protocol/conditions › take-over',
    ],
    'an owner that is gone is still gone': [
      'found.primary === undefined ? rowAbsent :',
      `found.primary === undefined ? ${ALWAYS} :`,
      'test/protocol/conditions › take-over',
    ],
    'an owner is as it was seen': [
      'rowAbsent : sameVersion(found.primary)',
      `rowAbsent : ${ALWAYS}`,
      'test/protocol/steps › once its owner lists',
    ],
    'an owner is checked once': [
      'const id = keyId(found.owner.key);',
      'const id = keyId(found.owner.key) + path.id;',
      'test/protocol/steps › another one of the same owner',
    ],
    'an owner that another action touches is not checked': [
      ' || this.actions.some(({ key }) => sameKey(key, found.owner.key))) continue;',
      ') continue;',
      'test/protocol/steps › from an expired item',
    ],
    'a create is guarded': [
      "const guarded = intent === 'create' || opens;",
      'const guarded = opens;',
      'test/protocol/conditions › a fence',
      'test/protocol/create-guard',
    ],
    'a write that leaves an open entry is guarded': [
      "const guarded = intent === 'create' || opens;",
      "const guarded = intent === 'create';",
      'test/protocol/create-guard › open entry',
    ],
    'what a stamp stops is not guarded': [
      "const guarded = intent === 'create' || opens;",
      'const guarded = true;',
      'test/protocol/create-guard › does not guard',
    ],
    'a fence is checked': [
      "if (guarded && request.fenced) list.add({ for: 'fence' }, fenceCheck(primary.key, knowledge));",
      '',
      'test/protocol/conditions › a fence',
    ],
    'an age is checked where no fence is': [
      'aged: guarded && !request.fenced',
      'aged: false',
      'test/protocol/create-guard › sends a create with the age',
    ],
    'a conflict is left open in expand': [
      "if (row.state === 'expand' || opensInEveryState(row)) return true;",
      'if (opensInEveryState(row)) return true;',
      'test/protocol/conditions › leaves an open entry in expand',
    ],
    'a conflict at a default of older readers is left open': [
      "if (row.state === 'expand' || opensInEveryState(row)) return true;",
      "if (row.state === 'expand') return true;",
      'test/store/older-lists › meet at the default',
    ],
    'a promoted path has no open entry': [
      "return row.state !== 'promoted' && isOpenAlready(row, before);",
      'return isOpenAlready(row, before);',
      'test/protocol/steps › once the key path is promoted',
    ],
    'in strict no entry is opened': [
      "return row.state !== 'promoted' && isOpenAlready(row, before);",
      "return row.state !== 'promoted';",
      'test/protocol/conditions › refuses a conflict in strict',
    ],
    'what is to be closed is tried for': [
      '(request.closing?.has(row.path.id) !== true && isLeftUntried',
      '(isLeftUntried',
      `${open} › verify alone tries`,
    ],
    'what is open already needs no guard': [
      'const opens = secondary.some((row) => !kept.includes(row) && !isOpenAlready(row, before));',
      'const opens = kept.length < secondary.length;',
      `${open} › without a guard`,
    ],
    'a key that is too large is refused where no entry may stay open': [
      'row.tooLarge && !mayStayOpen(row, before)',
      'row.tooLarge && row === primary',
      'test/protocol/steps › a key that is too large',
    ],
    'a key that is too large is left open': [
      'row.tooLarge ||\n    (findings.open',
      '(findings.open',
      'test/protocol/steps › a key that is too large',
    ],
    'what was found to be left open is so only while it may': [
      '(findings.open.has(row.path.id) && mayStayOpen(row, before))',
      'findings.open.has(row.path.id)',
      'test/protocol/steps › becomes strict meanwhile',
    ],
    'a row that is moved to is not deleted': [
      'kept.some((row) => sameKey(row.key, key)) || notOurs',
      'notOurs',
      repository,
    ],
    'a row that is another’s is left': [
      ' || notOurs.has(keyId(key))) continue;',
      ') continue;',
      'test/protocol/conditions › delete: a manifest row',
    ],
  }),
  ...of('src/protocol/plan.ts', [versions, repository], {
    'a user’s write has a new revision': [
      'layout ? before!.revision : request.revision',
      'before?.revision ?? request.revision',
      repository,
    ],
    'a sweep keeps the revision': [
      'layout ? before!.revision : request.revision',
      'request.revision',
      'test/protocol/steps › an item that was swept',
    ],
    'a sweep counts up the layout': [
      'return layout + 1 + (',
      'return layout + (',
      'test/protocol/conditions › \\$lay is the one seen',
    ],
    'a user’s write begins the layout anew': [
      'layout ? layoutAfter(before!, knowledge) : 0',
      'layout ? layoutAfter(before!, knowledge) : (before?.layout ?? 0)',
      'test/protocol/steps › an item that was swept',
    ],
    'a restored item gets a layout that no other past has': [
      'return layout + 1 + (registry === shortId ? 0 : (parseInt(shortId, 16) + 1) * LAYOUTS_OF_A_PAST);',
      'return layout + 1;',
      'test/operator/restore',
    ],
    'an item keeps its incarnation': [
      'before === undefined ? request.revision : before.incarnation',
      'request.revision',
      'test/protocol/outcomes › a delete whose answer',
      'test/protocol/outcomes',
    ],
    'a sweep keeps the ancestors': [
      'layout ? before!.ancestors : shiftAncestors(before)',
      'shiftAncestors(before)',
      'test/protocol/steps › an item that was swept',
    ],
    'a user’s write shifts the ancestors': [
      'layout ? before!.ancestors : shiftAncestors(before)',
      'before?.ancestors ?? shiftAncestors(before)',
      'test/protocol/outcomes › an update whose answer',
    ],
    'a write stamps the item': [
      'epoch: knowledge.epoch,\n    registry',
      'epoch: before?.epoch ?? knowledge.epoch,\n    registry',
      'test/protocol/conditions › STAMP-MONOTONE',
    ],
  }),
  ...of('src/protocol/open-entries.ts', [open], {
    'an open entry is carried only while its key is unchanged': [
      'return keyBefore !== undefined && sameKey(keyBefore, row.key);',
      'return true;',
      `${open} › once its key changes`,
    ],
    'an open entry is carried': [
      'return keyBefore !== undefined && sameKey(keyBefore, row.key);',
      'return false;',
      'test/protocol/conditions › refuses a conflict in strict',
    ],
    'an open entry is carried without a try': [
      'return inEveryState || !isForOlderReaders(row, before!.raw);',
      'return false;',
      `${open} › is carried by`,
    ],
    'a value in the place of a default is tried for': [
      'return inEveryState || !isForOlderReaders(row, before!.raw);',
      'return true;',
      `${open} › tries for the row`,
    ],
    'on a promoted path no value is carried': [
      'return inEveryState && taken.has(row.key);',
      'return taken.has(row.key);',
      `${open} › only where the process has met the key`,
    ],
    'on a promoted path a key is tried again': [
      'return inEveryState && taken.has(row.key);',
      'return inEveryState;',
      `${defaults} › take over the row`,
    ],
    'no entry is opened untried in strict': [
      "(row.state === 'expand' || inEveryState) && taken",
      'taken',
      `${open} › never in strict`,
    ],
    'no entry is opened untried at a key that was not met': [' && taken.has(row.key) && !hasRow', ' && !hasRow'],
    'no entry is opened untried in the place of a row': [
      ' && !hasRow(row, seen);',
      ';',
      `${open} › never in the place`,
    ],
    'nor in the place of the row of what has expired at its key': [
      ' && !hasRow(row, seen);',
      ' && !hasRow(row, before);',
      'test/protocol/ttl › keeps the row of its key',
    ],
  }),
  ...of('src/protocol/taken-keys.ts', [`${open} › remembered`], {
    'a key is not remembered for ever': ['if (this.elapsed() - met < REMEMBERED_FOR) return true;', 'return true;'],
    'so many keys are remembered': [
      'if (this.#met.size > MOST_KEYS) this.#met.delete(this.#met.keys().next().value!);',
      '',
    ],
  }),
];
