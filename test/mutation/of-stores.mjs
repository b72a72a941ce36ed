import { of } from './of.mjs';

const repository = ['test/store/repository'];
const ttl = ['test/store/ttl'];
const drop = 'test/operator/drop';
const versions = 'test/store/versions';

/** What a store makes of entities, and how young what it answers must be. */
export const ofStores = [
  ...of('src/store/table-repository.ts', repository, {
    'who was refused asks again before a find': [
      'await this.#context.beforeRead();',
      '',
      'test/operator/withdraw › lets its processes go on',
    ],
    'a find through a path that may be going is young': [
      'await Promise.all([reading, this.#reader.freshen(path)])',
      'await Promise.all([reading])',
      `${drop} › COMPLETE`,
    ],
    'a find is refused once its version is dropped': [
      'this.#context.assertMayRead();\n    return found;',
      'return found;',
      `${drop} › a reader`,
    ],
    'a miss through an unpromoted path is no answer': [
      'if (!this.#promoted(chosen)) throw',
      'if (false) throw',
      `${versions} › not promoted`,
    ],
    'a path may have been promoted since': [
      'await this.#context.registry.refresh();',
      '',
      `${versions} › not promoted`,
      'test/operator/life-of-a-key-path › COMPLETE',
    ],
    'a miss is read again once the path is promoted': [
      'return this.#read({ path, key }, consistent);',
      'return undefined;',
      `${versions} › becomes promoted while`,
    ],
    'an update does not take an unpromoted miss for an answer': [
      'this.#at(chosen, { consistent: true, allowIncomplete: false }))) as T',
      'this.#at(chosen, { consistent: true, allowIncomplete: true }))) as T',
      `${versions} › not promoted`,
    ],
  }),
  ...of('src/store/table-list.ts', ['test/operator/drop'], {
    'a page is whole where its path still is': [
      '(unpromoted ?? this.notPromoted(epoch)) === undefined',
      'unpromoted === undefined',
      'test/operator/withdraw › slept',
    ],
    'a list is refused once its version is dropped': [
      'this.context.assertMayRead();\n      yield listed;',
      'yield listed;',
      `${drop} › a reader`,
    ],
    'a list asks whether its path is promoted': [
      '!isPromoted(this.context.registry.knowledge, type, path, by));',
      'false);',
      `${versions} › not promoted`,
      'test/operator/life-of-a-key-path › COMPLETE',
    ],
    'a list asks again whether its path is promoted': [
      'await this.context.registry.refresh();\n    return this.notPromoted();',
      'return this.notPromoted();',
      `${versions} › not promoted`,
      'test/operator/life-of-a-key-path › COMPLETE',
    ],
    'a list misses no damaged row in silence': [
      'if (this.isElsewhere(row, key)) return undefined;\n    return this.passOverNewer',
      'return undefined; return this.passOverNewer',
      'test/store/damaged-rows › never passed over',
    ],
    'a list leaves out what has expired': [
      'if (listed === undefined || listed.reader.isExpired(row, key)) continue;',
      'if (listed === undefined) continue;',
      'test/store/ttl › for lists',
    ],
    'a list passes over rows for readers of other versions': [
      'if (!listed.reader.isForOthers(row, key, listed.path)) found',
      'found',
      'test/store/older-readings › once in a list',
    ],
    'a list that may lack items does not say that it is complete': [
      ' && !this.mayLackItems()',
      '',
      'test/store/older-lists › may lack',
    ],
  }),
  ...of('src/store/item-reader.ts', repository, {
    'only secondary paths may be going': ['if (id === PRIMARY) return undefined;', '', 'test/store/registry-reads'],
    'a find knows what the writer of its row knew': [
      'await this.catchUp(row, key);\n    this.context',
      'this.context',
      `${versions} › never heard|stamps`,
    ],
    'a list knows what the writers of its rows knew': [
      'return this.context.registry.catchUp(epoch, registry);',
      'return undefined;',
      `${versions} › never heard|stamps`,
    ],
    'what has expired is absent': ['return expired || this', 'return this', 'test/store/ttl › for finds'],
    'a find passes over a row for readers of other versions': [
      'return expired || this.isForOthers(row, key, path) ? undefined',
      'return expired ? undefined',
      'test/store/older-readings › listed and found',
    ],
    'a row has the key that its attributes make': [
      'if (!isKeyOnPath(this.asReadHere(path), row, key)) {',
      'if (false) {',
      'test/store/damaged-rows',
      'test/store/list › rows that are not whole',
    ],
    'a row is on the path that it was read through': [
      'this.assertOnPath(row, key, path);\n    const',
      'const',
      'test/store/damaged-rows',
    ],
    'a row is where older readers look for it': [
      'return demanded === undefined ? path : pathReadBy(demanded, this.view.version);',
      'return path;',
      'test/store/older-lists',
    ],
  }),
  ...of('src/store/item-changes.ts', repository, {
    'a save without a change writes a newer epoch’s rows': [
      'row.epoch >= registry.knowledge.epoch && !',
      '!',
      `${versions} › save without a change`,
      versions,
    ],
    'a save without a change closes an open entry where any write would try': [
      ' && !writer.triesToClose(this.reader.view.model, row);',
      ';',
      'test/store/older-defaults › without a change',
    ],
    'a save without a change is not written for an entry that is carried': [
      '!writer.triesToClose(this.reader.view.model, row);',
      "![...row.manifest.values()].includes('open');",
      'test/store/older-defaults › without a change',
    ],
    'a save without a change finds out what others did': [
      "const row = origin.kind === 'primary' ? await this.primaryAt(seen.key, seen.revision) : seen;",
      'const row = seen;',
      'test/store/repository › also where there is nothing to write',
    ],
    'a save stores what was checked': [
      'const copy = view.decode(attributes, asked);',
      'const copy = entity;',
      'test/store/repository › stores the entity as it was',
    ],
    'an entity from a secondary row is written from its primary': [
      'if (primary.revision !== revision) throw',
      'if (false) throw',
      'test/store/repository › since it was loaded through a secondary',
    ],
    'an entity that has expired is read again': [
      'return this.hasExpired(row) ? this.findPrimaryAt(row.key, row.revision) : row;',
      'return row;',
      'test/store/ttl › a save of what',
    ],
    'what has expired is not there to be written': [
      'if (this.hasExpired(primary)) return undefined;',
      '',
      'test/store/ttl › absent for every write',
    ],
    'what has expired is not there to be deleted': [
      '!this.reader.isExpired(row, key) && this.context',
      'this.context',
      'test/store/ttl › a delete by key',
    ],
    'an ETag is compared': [
      "if (revisionOf(entity) !== revision) throw this.lost('changed');",
      '',
      'test/store/repository › ETags',
    ],
    'writes of one entity take turns': [
      'state.busy === undefined ? work(state) :',
      'true ? work(state) :',
      'test/store/repository › one after the other',
    ],
  }),
  ...of('src/store/live-views.ts', [versions], {
    'views follow the migrations that are published': ['if (newest !== this.compiledFor) {', 'if (false) {'],
  }),
  ...of('src/store/path-state.ts', [versions], {
    'a promotion after a read tells nothing of it': [' && known.since <= by', '', 'test/operator/withdraw › slept'],
    'only a promoted path is complete': [
      "return known?.state === 'promoted' &&",
      'return known !== undefined &&',
      `${versions} › not promoted`,
    ],
  }),
  ...of('src/store/open-store.ts', ['test/store/open-store'], {
    'a store asks again where it was refused': [
      'if (!isAllowed(mayWrite, registry)) await askAgain(mayWrite, registry);',
      'mayWrite(registry.knowledge);',
      'test/operator/retire › undo',
    ],
    'a version that may not write opens no store': [
      'assertMayWrite(registry.knowledge, compiledOf(schema), gateway.table);\n  return storeOf',
      'return storeOf',
      'test/operator/retire › FENCE|undo',
    ],
    'a process is at most stricter about ages': [
      'registryMaxAge !== undefined && registryMaxAge > recorded',
      'false',
      'test/store/open-store › stricter',
    ],
  }),
  ...of('src/store/race.ts', ['test/store/contention'], {
    'a change that reads first begins again': [
      'if (!isHeld && !(error instanceof OptimisticLockError)) throw error;',
      'throw error;',
      'test/store/contention › begin again',
    ],
    'a loser starts from the row that won': [
      'isHeld || attempt % STEP_BACK_EVERY === 0 ? undefined : rowThatWon(error);',
      'undefined;',
      'test/store/contention › begin again',
    ],
    'who loses for long is told that the item is hot': [
      'if (attempt === ATTEMPTS || (isHeld && ++held === MOST_HELD)) {',
      'if (attempt === ATTEMPTS) throw error; if (isHeld && ++held === MOST_HELD) {',
      'test/store/contention › hot',
    ],
    'who found the item held is not kept out by that at once': [
      '++held === MOST_HELD',
      '++held > 0',
      'test/store/contention › wait',
    ],
    'nor waits for ever': ['(isHeld && ++held === MOST_HELD)', 'false', 'test/store/contention › wait'],
  }),
  ...of('src/store/turns.ts', ['test/store/turns'], {
    'work on one key goes one after another': ['before === undefined ? work() : before.then(work)', 'work()'],
    'nothing is kept of a key that is left': ['if (this.#last.get(key) === ended) this.#last.delete(key);', ''],
  }),
];
