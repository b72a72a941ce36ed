/**
 * Steps and conditions of the protocol, each with what the source looks like without it. `npm run test:mutants` runs the
 * tests over every one: a mutant that they do not notice is a rule that nothing holds.
 */

/** @typedef {{ file: string, name: string, tests: readonly string[], fits(source: string): boolean, apply(source: string): string }} Mutant */

const protocol = ['test/protocol'];
const registry = ['test/registry'];

/** @type {readonly Mutant[]} */
export const mutants = [
  // What proves the outcome of a write whose answer was lost.
  ...of('src/protocol/attempts.ts', protocol, {
    'an applied update is known by its revision': ['[now.revision, ...now', '[...now'],
    'an applied update is known by its ancestors': ['...now.ancestors, ', ''],
    'an applied create is known by its incarnation': [', now.incarnation].find', '].find'],
    'an attempt without an answer is in doubt': ['this.#doubts++;', ''],
    'what is proved ends the doubt': ['this.#doubts = 0;', ''],
  }),
  ...of('src/protocol/writer.ts', protocol, {
    'a failure is not reported while an attempt is in doubt': ['if (!call.inDoubt) throw error;', 'throw error;'],
    'a create in doubt is not planned anew': [
      "if (step.kind === 'again' && before === undefined && call.inDoubt)",
      'if (before === undefined && false)',
    ],
    'an applied attempt is recognised': ['step.now && call.appliedIn(step.now)', 'undefined'],
    'a delete in doubt whose incarnation is gone is done': [
      '!== row.incarnation && call.inDoubt) return true;',
      '!== row.incarnation && false) return true;',
    ],
    'a delete of a changed incarnation is ruled out': [
      'if (now.incarnation === row.incarnation && now.revision !== row.revision) call.rule();',
      '',
    ],
    'a write is not planned on a row with a newer stamp': [
      'for (const { epoch, registry } of rows) await this.registry.catchUp(epoch, registry);',
      'await Promise.resolve(rows);',
    ],
    'an update whose revision is another is an optimistic lock error': [
      'if (now?.revision === before.revision) {',
      'if (now !== undefined) {',
    ],
    'an update is ruled out only by its own incarnation': [
      'if (now?.incarnation === before.incarnation && now.ancestors',
      'if (now?.ancestors',
    ],
    'an update is ruled out only where the ancestors reach back': [
      ' && now.ancestors.includes(before.revision)) call.rule();',
      ') call.rule();',
    ],
    'a moved layout rules earlier attempts out': ['if (now.layout !== before.layout) call.rule();', ''],
    'an attempt that may come yet is not repeated for ever': [
      'if (call.doubts < MOST_DOUBTS) return now;',
      'return now;',
    ],
    'a sweep refuses a row whose attributes do not make its key': ['assertSound(row, knowledge);', ''],
    'what another writer brought to the epoch is left as it is': [
      'if (now === undefined || now.epoch >= epoch) return now;',
      'if (now === undefined) return now;',
    ],
    'a primary key does not change': [
      'if (before !== undefined && !sameKey(before.key, plan.row.key)) {',
      'if (false) {',
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
    ],
    'an update of what has expired ends': [
      "if (before !== undefined && isExpired(before, this.gateway.serverTime())) throw lost(type, 'deleted');",
      '',
    ],
    'an expired item that lost its row cannot be saved': [
      "if (before !== undefined && hasExpired(before, findings)) throw lost(type, 'deleted');",
      '',
    ],
    'an expired item that lost its row is deleted by a sweep': [
      'const put = hasExpired(row, findings)',
      'const put = false',
    ],
  }),
  ...of('src/protocol/refusals.ts', ['test/protocol/ttl'], {
    'only an expired owner is taken over': ['else if (expired(found.owner)) next', 'else if (true) next'],
    'an expired item gives way': ['else if (before !== undefined && expired(before))', 'else if (false)'],
    'an owner that moved is read anew': ['next.expired.delete(keyId(key));', ''],
    "what is not ours may be an expired owner's": ["if (key !== 'open') next.notOurs.delete(keyId(key));", ';'],
  }),
  ...of('src/protocol/plan.ts', ['test/protocol/ttl'], {
    'a create replaces what it saw': ['unchanged(seen) });\n  for', 'unchanged(before) });\n  for'],
    'an expired owner is deleted': ['for (const other of expired) {', 'for (const other of []) {'],
    'an expired owner is deleted as it was seen': ['condition: sameVersion(other) });', '});'],
    'all rows of what has expired go': ['noLongerDemanded([seen, ...expired], kept', 'noLongerDemanded([before], kept'],
    'an item does not delete itself': ['!sameKey(other.key, item.key) && kept.some', 'kept.some'],
    'an expired owner that is not in the way stays': ['kept.some(({ key }) => lists(other, key)),', 'true,'],
  }),
  ...of('src/protocol/expiry.ts', ['test/protocol/ttl', 'test/store/ttl'], {
    'milliseconds are stored as seconds': ['Math.floor(time / 1000)', 'time'],
    'an item without a time never expires': ["|| 'NULL' in stored) return", ') return'],
    'an item counts as there for a minute more': ['expiry < serverTime / 1000 - SLACK', 'expiry < serverTime / 1000'],
  }),
  ...of('src/protocol/dispatch.ts', protocol, {
    'a plain create is sent once': ['{ once: true }', '{ once: false }'],
    'an aged write carries its guard': ['...(plan.aged ? { guard: guard.age } : {}),', ''],
    'a refusal after a lost attempt is in doubt': ['if (outcome.doubtful) call.doubt(undefined);', ''],
    'a refused fence is followed by a refresh': ['if (reading.fenced) await this.refreshBeyond(of.epoch);', ''],
    'a fence above the registry is an error': [
      'if (now <= epoch) throw new RegistryBehindError(epoch + 1, now);',
      'void now;',
    ],
    'a stale create renews what is known': ['await of.guard.renew();', ''],
  }),
  ...of('src/protocol/create-guard.ts', ['test/protocol/create-guard'], {
    'without a date a fence is taken': ['asOf === undefined || ', ''],
    'the registry may ask for fences': ["knowledge.createGuard === 'fence' || ", ''],
    'the process may ask for fences': ["createGuard === 'fence' || asOf", 'asOf'],
    'after vain renewals a fence is taken': [' || this.#renewals >= RENEWALS', ''],
    'the smaller age counts': ['Math.min(knowledge.registryMaxAge, registryMaxAge)', 'knowledge.registryMaxAge'],
  }),
  ...of('src/registry/registry.ts', [...registry, 'test/protocol'], {
    'a refresh checks the known head': [
      'if (epoch > 0 && entries[0]?.epoch !== epoch) throw new RegistryBehindError(epoch);',
      '',
    ],
    'a stamp of another registry is refused': ['if (shortId !== own) throw', 'if (false) throw'],
    'a stamp above the head is refused': ['if (epoch > head) throw new RegistryBehindError(epoch, head);', ''],
    'a newer stamp is followed by a refresh': ['if (epoch > this.#knowledge.epoch) await this.refresh();', ''],
    'what is known is older than its dates say': ['undefined : asOf - DATE_MARGIN_MS', 'undefined : asOf'],
    'the first page dates the whole': ['if (after === undefined) asOf = page.asOf;', 'asOf = page.asOf;'],
    'an entry is put where there is none': ['row: entryRow(entry), condition: rowAbsent }', 'row: entryRow(entry) }'],
    'an entry whose answer was lost is known by its hash': [
      'return hashInRow(outcome.refusals[0]?.row) === entry.hash;',
      'return false;',
    ],
    'fences are raised after an append': ['if (entry !== undefined) await this.raiseFences();', ''],
    'fences are raised after several appends': ['if (appended.length > 0) await this.raiseFences();', ''],
    'a refresh that began before does not serve': [
      'if (this.#reading === undefined) return this.#begin();',
      'if (this.#reading !== undefined) return this.#reading; if (this.#reading === undefined) return this.#begin();',
    ],
  }),
  ...of('src/registry/fences.ts', [...registry, 'test/protocol', 'test/operator'], {
    'a fence refuses who knows less': [
      'condition: any(absent(EPOCH), atMost(EPOCH, epochValue(epoch))),',
      'condition: any(absent(EPOCH), less(EPOCH, epochValue(epoch + 1000))),',
    ],
    'fences are raised only upwards': [
      'any(absent(EPOCH), less(EPOCH, epochValue(epoch)))',
      'any(absent(EPOCH), less(EPOCH, epochValue(1e9)))',
    ],
  }),
];

/** The sources as they are: the tests must pass on them, or what they notice means nothing. */
export const UNCHANGED = 'unchanged';
const unchanged = { file: '', name: UNCHANGED, apply: (source) => source };

export function mutantNamed(name) {
  if (name === UNCHANGED) return unchanged;
  const mutant = mutants.find((each) => each.name === name);
  if (mutant === undefined) throw new Error(`There is no mutant '${name}'.`);
  return mutant;
}

/**
 * Mutants of one file.
 *
 * @param {string} file
 * @param {readonly string[]} tests patterns of test files, those that notice soonest first
 * @param {Record<string, readonly [find: string, replace: string]>} changes by name
 */
function of(file, tests, changes) {
  return Object.entries(changes).map(([name, [find, replace]]) => ({
    file,
    name,
    tests,
    fits: (source) => source.split(find).length === 2,
    apply(source) {
      if (!this.fits(source)) throw new Error(`${name}: its text is not once in ${file}: ${find}`);
      return source.replace(find, () => replace);
    },
  }));
}
