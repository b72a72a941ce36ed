import { of } from './of.mjs';

const registry = ['test/registry/registry'];
const fold = ['test/registry/fold', 'test/registry/registry'];
const publish = 'test/registry/publish';

/** The log: how it is read, what may be appended, and what it means. */
export const ofRegistry = [
  ...of('src/registry/registry.ts', registry, {
    'a refresh checks that the known head is there': [
      'if (epoch > 0 && rows[0]?.sk !== entryKey(epoch).sk) throw',
      'if (false) throw',
    ],
    'a refresh checks that the known head is what it was': [
      'hashInRow(rows[0]?.row) === headHash ? rows.slice(1)',
      'true ? rows.slice(1)',
    ],
    'a stamp of another registry is refused': ['if (shortId !== own) throw', 'if (false) throw'],
    'a stamp above the head is refused': ['if (epoch > head) throw new RegistryBehindError(epoch, head);', ''],
    'a newer stamp is followed by a refresh': ['if (epoch > this.#knowledge.epoch) await this.refresh();', ''],
    'what is known is older than its dates say': [
      'undefined : asOf - DATE_MARGIN_MS',
      'undefined : asOf',
      'test/registry/registry › the age of what is known',
    ],
    'an entry is put where there is none': ['row: entryRow(entry), condition: rowAbsent }', 'row: entryRow(entry) }'],
    'an entry whose answer was lost is known by its hash': [
      'return hashInRow(outcome.refusals[0]?.row) === entry.hash;',
      'return false;',
    ],
    'an entry in the place of ours is another’s': [
      'return hashInRow(outcome.refusals[0]?.row) === entry.hash;',
      'return true;',
    ],
    'an entry without an answer is sent again': [
      'if (attempt === PUT_ATTEMPTS)',
      'if (attempt === 1)',
      'test/protocol/outcomes › a log entry',
    ],
    'an entry that nobody could read is not sent': [
      'extend(known, [entry]);\n      // Before it too',
      '// Before it too',
    ],
    'parts are there before their entry': [
      'await putParts(this.gateway, partsOf(content), entry.epoch);',
      '',
      'test/registry/parts',
    ],
    'fences are raised after an append': [
      'await this.#appendOne(decide);\n    if (this.#knowledge.fenced > fenced) await this.raiseFences();',
      'await this.#appendOne(decide);',
    ],
    'fences are raised after several appends': [
      'appended.push(entry);\n    }\n    if (this.#knowledge.fenced > fenced) await this.raiseFences();',
      'appended.push(entry);\n    }',
    ],
    'fences are not raised for what no create has to know': [
      'await this.#appendOne(decide);\n    if (this.#knowledge.fenced > fenced) await',
      'await this.#appendOne(decide);\n    await',
    ],
    'fences are raised to what a create has to know': [
      '{ epoch: fenced, shortId, former',
      '{ epoch: this.#knowledge.epoch, shortId, former',
      'test/registry/registry › the fences',
    ],
    'a refresh that began before does not serve': [
      'if (this.#reading === undefined) return this.#begin();',
      'if (this.#reading !== undefined) return this.#reading; if (this.#reading === undefined) return this.#begin();',
    ],
    'a refresh that fails does not stop the next': [
      '() => this.#begin(),\n    );',
      '(error) => Promise.reject(error),\n    );',
    ],
    'readers refresh in the background at half the age': [
      'if (age <= registryMaxAge / 2) return undefined;',
      'if (age <= registryMaxAge) return undefined;',
      'test/registry/registry › the age of what is known',
    ],
    'readers wait where what is known is too old': [
      'if (age > registryMaxAge) return this.refresh()',
      'if (false) return this.refresh()',
      'test/operator/drop › COMPLETE',
    ],
    'without dates what is known is as old as the read of it': [
      'newestDate - (this.#asOf ?? this.#readAt)',
      'newestDate - (this.#asOf ?? newestDate)',
      'test/registry/registry › the age of what is known',
    ],
  }),
  ...of('src/registry/log.ts', ['test/registry/log'], {
    'the first page dates the whole': [
      'if (after === undefined) asOf = page.asOf;',
      'asOf = page.asOf;',
      'test/registry/registry › the age of what is known',
    ],
    'a gap is read again': ['while (gap !== undefined) {', 'while (gap !== undefined && false) {'],
  }),
  ...of('src/registry/parts.ts', ['test/registry/parts'], {
    'a part is put where there is none': ['row, condition: rowAbsent }]', 'row }]'],
    'of one address there is one content': [
      'if (there === undefined || Buffer.compare(bytesIn(there), bytesIn(row)) === 0) return;',
      'return;',
    ],
    'parts are what their hash says': ['if (hashOf(bytes) !== hash) throw damaged(epoch);', ''],
  }),
  ...of('src/registry/fences.ts', ['test/registry/registry › the fences'], {
    'a fence refuses who knows less': [
      'any(absent(EPOCH), all(atMost(EPOCH, epochValue(epoch)), equals(REGISTRY, { S: shortId }))),',
      'any(absent(EPOCH), all(less(EPOCH, epochValue(epoch + 1000)), equals(REGISTRY, { S: shortId }))),',
    ],
    'a fence that was never raised lets through': [
      'any(absent(EPOCH), all(atMost(EPOCH, epochValue(epoch)), equals(REGISTRY, { S: shortId }))),',
      'all(atMost(EPOCH, epochValue(epoch)), equals(REGISTRY, { S: shortId })),',
    ],
    'a fence lets through who knows as much': ['atMost(EPOCH, epochValue(epoch))', 'less(EPOCH, epochValue(epoch))'],
    'fences are raised only upwards': [
      'any(absent(EPOCH), less(EPOCH, epochValue(epoch)))',
      'any(absent(EPOCH), less(EPOCH, epochValue(1e9)))',
    ],
    'a fence is raised that is not there': [
      'any(absent(EPOCH), less(EPOCH, epochValue(epoch)))',
      'less(EPOCH, epochValue(epoch))',
    ],
    'a fence refuses a process of before the table was restored': [
      'all(atMost(EPOCH, epochValue(epoch)), equals(REGISTRY, { S: shortId }))',
      'atMost(EPOCH, epochValue(epoch))',
      'test/operator/restore',
    ],
    'a fence of before the table was restored is raised': [
      "if (id === undefined || !('S' in id) || id.S === shortId) return;",
      'return;',
    ],
    'a fence of a restore that was slept through is left': [
      'if (!former.includes(id.S) && (await isOutdated?.()) === true) return;',
      '',
      'test/registry/registry',
    ],
    'a fence of before the table was restored is raised as it was seen': [
      'all(equals(EPOCH, other![EPOCH]!), equals(REGISTRY, id))',
      "{ kind: 'absent', attribute: '$never' }",
    ],
    'all fences are raised': ['first < FENCES; first', 'first < FENCES - AT_ONCE; first'],
    'it is written down that the fences stand': [
      'await raise(gateway, raisedKey, height, { [DATE]: { N: String(gateway.serverTime()) } });',
      '',
    ],
    'a fence without an answer is raised again': [
      "else if (outcome.kind !== 'unknown') return;",
      'else return;',
      'test/registry/registry › a fence whose answer',
    ],
    'one item has one fence': ['keyHash(key) % FENCES', '0', 'test/registry/registry › spread keys'],
  }),
  ...of('src/registry/fold.ts', fold, {
    'creates have to know what changes them': [
      "kind !== 'active' && kind !== 'verified' && kind !== 'promoted' && kind !== 'swept';",
      "kind === 'published';",
    ],
    'creates need not know that a version is in use': ["kind !== 'active' && ", ''],
    'creates need not know what was proved': ["kind !== 'verified' && ", ''],
    'creates need not know what was promoted': ["kind !== 'promoted' && ", ''],
    'creates need not know what was swept': [" && kind !== 'swept';", ';'],
    'what overlaps is the same': ['if (entry.hash !== known.headHash) throw fork(entry.epoch);', ''],
    'no entry is missing': [
      "if (entry.epoch !== known.epoch + 1) throw new RegistryDamagedError(known.epoch + 1, 'its row is missing');",
      '',
    ],
    'an entry follows the head': ['if (entry.previous !== known.headHash) throw fork(known.epoch);', ''],
    'the first entry opens the log, and no other': ["(content.kind === 'opened') !== (epoch === 1)", 'false'],
    'a version follows the newest': ['if (version !== known.newestVersion + 1) {', 'if (false) {'],
    'no version follows a withdrawal that was not swept': [
      'if (unswept !== undefined) {',
      'if (false) {',
      'test/registry/retirement › a log that cannot be',
    ],
    'new key paths are in expand': ["promoted === true ? 'promoted' : 'expand'", "'promoted'"],
    'a primary path is complete from the first': ["path === PRIMARY ? 'promoted' : state", 'state'],
    'a path is strict from its entry on': ["{ state: 'strict', since: epoch }", "{ state: 'strict' }"],
    'an entry is for paths of the state before': ['if (state !== from) {', 'if (false) {'],
    'a path is promoted on a verify only': ['assertVerified(known, epoch, content);', ''],
    'a path is promoted on a verify after strict': [
      ' && verified.epoch >= since && verified.missing',
      ' && verified.missing',
    ],
    'a path that misses items is not promoted': ['verified.missing === 0 && verified.open', 'verified.open'],
    'a path with open entries is not promoted': [
      'verified.missing === 0 && verified.open === 0;',
      'verified.missing === 0;',
    ],
    'a verify tells of a drain': [
      'settings: forReaders(known, content.verify.epoch),',
      '',
      'test/registry/retirement › settings',
    ],
    'a sweep tells of a drain': [
      '{ ...learnSwept(known, epoch, content), settings: forReaders(known, content.reached) }',
      'learnSwept(known, epoch, content)',
      'test/registry/retirement › settings',
    ],
  }),
  ...of('src/registry/settings.ts', ['test/registry/retirement › settings'], {
    'settings from after a drain stay': ['next.since <= epoch', 'next.since < epoch'],
    'settings of before a drain go': ['next !== undefined && next.since <= epoch', 'false'],
    'settings of before a drain of writers stay for readers': [
      'settings.map((each, i) =>',
      'settings.filter((each, i) => !isPast(settings, i, drained)).map((each, i) =>',
    ],
  }),
  ...of('src/registry/entry.ts', ['test/registry/entry'], {
    'an entry has the hash that it says': ['hash === undefined || hash !== hashOfRow(rest)', 'hash === undefined'],
    'an entry stands at its place': ["if (read<number>('epoch', 'number') !== epoch) throw", 'if (false) throw'],
    'an entry that needs a newer release is refused': [
      'isOlder(libraryVersion, needed) || !Object.hasOwn(forms, kind)',
      '!Object.hasOwn(forms, kind)',
    ],
    'an entry of an unknown kind is refused': [
      'isOlder(libraryVersion, needed) || !Object.hasOwn(forms, kind)',
      'isOlder(libraryVersion, needed)',
    ],
  }),
  ...of('src/registry/demanded.ts', ['test/registry/fold', 'test/registry/retirement'], {
    'a path that is known keeps its state': [
      'const known = paths.get(path.id) ?? progressOf(type.storageName, path.id);',
      'const known = progressOf(type.storageName, path.id);',
    ],
    'what older versions demand stays demanded': [
      '(all.get(type.storageName) ?? []).map((known) => [known.path.id, known])',
      '[]',
    ],
    'a path is sparse where its field was optional': [
      'return model === undefined || model.required ||',
      'return true ||',
      'test/store/older-lists › LAYOUT',
    ],
    'types that no version has keep their paths': ['models.length === 0 || models', 'models'],
  }),
  ...of('src/registry/decisions.ts', ['test/registry/retirement › decisions', 'test/operator/life-of-a-key-path'], {
    'only a version that may write is announced': ['assertMayWrite(knowledge);\n    return', 'return'],
    'a verify that is late does not replace a newer one': [
      ' || isLater(verified, verify)',
      '',
      'test/operator/verify-passes › is late',
    ],
    'a verify of before a path was strict is not recorded': [
      'since > verify.epoch || ',
      '',
      'test/registry/registry › each once',
    ],
    'a version is announced once': [
      '?.active === true ? undefined',
      '?.active === undefined ? undefined',
      'test/store/open-store › says once',
    ],
  }),
  ...of('src/registry/check-writable.ts', [`${publish} › a version with whose`], {
    'what older versions ask for counts': ['actions <= MAX_ACTIONS || actions', 'actions > 0 || actions'],
    'what is too much already is let be': [' || actions <= largest(known.demanded.get(name)).actions', ''],
  }),
  ...of('src/registry/publish.ts', [publish], {
    'a past that changed is refused': ['assertSamePast(known, schema, table);\n', '\n'],
    'paths start promoted only where there is no item': ['&& !(await hasItems(gateway));', ';'],
    'paths start promoted only where no process writes': [
      '&& !hasActive(knowledge) && !(await',
      '&& !(await',
      `${publish} › a deployer`,
    ],
    'a process that begins meanwhile keeps paths in expand': [
      'mayStartPromoted && !hasActive(known) ?',
      'mayStartPromoted ?',
      `${publish} › a deployer`,
    ],
    'nothing is published before a withdrawal is swept': [
      'if (unswept !== undefined) throw new WithdrawUnfinishedError(schema.name, unswept.version, table);',
      '',
      'test/operator/withdraw › stopped',
    ],
    'fences that another left behind are raised': ['if (!(await registry.fencesRaised())) await', 'if (false) await'],
    'fences are recorded where the endpoint is loopback': ["(loopback ? 'fence' : 'age')", "'age'"],
    'ages are recorded elsewhere': ["(loopback ? 'fence' : 'age')", "'fence'", `${publish} › a deployer`],
  }),
  ...of('src/registry/past.ts', [publish], {
    'a version has one content': ['if (own === undefined || own.hash === published.hash) return;', 'return;'],
    'a table holds one schema': [
      'if (knowledge.epoch === 0 || knowledge.schemaName === schema.name) return;',
      'return;',
    ],
  }),
];
