import { of } from './of.mjs';

const drains = ['test/operator/drain'];
const life = 'test/operator/life-of-a-key-path';
const verify = 'test/operator/verify';
const retire = 'test/operator/retire';
const drop = 'test/operator/drop';
const withdraw = 'test/operator/withdraw';
const interruptions = 'test/operator/interruptions';
const expiring = 'test/operator/ttl';
const restore = 'test/operator/restore';
const limits = 'test/operator/time-limit';
const passes = 'test/operator/verify-passes';
const gone = 'test/operator/verify-gone';
const digest = 'test/operator/digest';

/** What operators do, in which order, and how long they wait. */
export const ofOperators = [
  ...of('src/operator/drain.ts', drains, {
    'fences are raised before a drain': ['await registry.raiseFences();', 'return fences;'],
    'a drain is of the newest entry': ['fences.epoch >= registry.knowledge.fenced', 'fences.epoch > 0'],
    'a drain counts from when the fences stood': [
      'const until = since + (',
      'const until = gateway.serverTime() + 0 * since + (',
    ],
    'ages count in a drain': ["createGuard === 'age' &&", "createGuard === 'fence' &&"],
    'writers act by what is past for readers only': [' && readersOnly !== true)', ')'],
    'a signature is good for a quarter of an hour': [
      'oldest(aged) + SIGNATURE_MS + MARGIN_MS',
      'oldest(aged) + MARGIN_MS',
    ],
    'clocks differ': ['oldest(aged) + SIGNATURE_MS + MARGIN_MS', 'oldest(aged) + SIGNATURE_MS'],
    'the largest age counts': ['Math.max(...settings.map(', 'Math.min(...settings.map('],
    'readers are waited for longer': ["whom === 'writers' ? writers :", 'true ? writers :'],
    'readers are waited for as long as writers': [
      'Math.max(writers, oldest(settings) + MARGIN_MS)',
      'oldest(settings) + MARGIN_MS',
    ],
    'only a local engine drains in no time': ['aged.length === 0 && loopback', 'aged.length === 0'],
    'only fences drain in no time': ['aged.length === 0 && loopback', 'loopback'],
    'a drain waits': ['if (left <= 0) return true;', 'return true;'],
  }),
  ...of('src/operator/sweep.ts', [life, retire, drop], {
    'what is at the epoch is passed over': [
      'if (item.epoch >= epoch && !isFormer) return;',
      '',
      `${life} › writes no item twice`,
    ],
    'what is of before the table was restored is not passed over': [
      'if (item.epoch >= epoch && !isFormer) return;',
      'if (item.epoch >= epoch) return;',
      restore,
    ],
    'a sweep catches up with what it meets': [
      'if (!isFormer) await registry.catchUp(item.epoch, item.registry);',
      '',
      `${verify} › another registry`,
    ],
    'a sweep passes over rows of other software': [
      'if (!isOfItem(raw)) return undefined;',
      '',
      `${verify} › other software`,
      life,
    ],
    'a sweep passes over secondary rows': [
      'if (isSecondary(raw)) return void assertIsCopy(raw, key, this.session.registry.knowledge);',
      '',
      life,
    ],
    'a sweep takes no own row of an item for a copy': [
      'return void assertIsCopy(raw, key, this.session.registry.knowledge);',
      'return undefined;',
      `${verify} › names a primary row`,
    ],
    'a sweep of all waits for writers': [
      "if (!(await drain(session, options, 'writers'))) return { ...swept, finished: false };",
      '',
      'test/operator/waits',
    ],
    'a sweep of all is recorded': [
      'else await registry.append(recordSweep(epoch));',
      'else return { ...sum, finished: true };',
      `${drop} › takes away`,
    ],
    'a sweep of all that was not finished is not recorded': ['if (!swept.finished) return swept;', '', limits, retire],
    'what goes waits for readers': [
      "if (!(await drain(session, options, 'readers'))) return { ...nothingSweptYet, freed: nothingFreed };",
      '',
      'test/operator/waits',
    ],
    'what goes waits for readers, not only for writers': [
      "options, 'readers')",
      "options, 'writers')",
      'test/operator/waits',
    ],
    'writers are told that it goes': ['await registry.append(takeAway(removal));', 'break;', `${drop} › takes away`],
    'what goes is swept': [
      'return sweptAll(session, options, goneAt(registry.knowledge), true);',
      'return { ...nothingSwept, freed: nothingFreed };',
      `${drop} › takes away`,
    ],
  }),
  ...of('src/operator/backfill.ts', [life], {
    'a backfill waits for writers': [
      'if (!(await drain(session, running))) return { keyPaths: [], ...swept, finished: false };',
      '',
      'test/operator/waits',
    ],
    'a backfill sweeps': [
      'return ofType === undefined ? undefined : epochOf(ofType);',
      'return ofType === undefined ? undefined : 0;',
      `${life} › COMPLETE`,
    ],
    'a backfill is of the paths that it began with': [
      'pathsUpTo(left, epoch), epoch);',
      "pathsIn(registry.knowledge, 'expand'), epoch);",
      `${interruptions} › brought to its end`,
    ],
    'a backfill makes strict what it began with': [
      'const nowStrict = [...paths.values()]',
      "const nowStrict = [...pathsIn(session.registry.knowledge, 'expand').values()]",
      `${interruptions} › hears of`,
    ],
    'a backfill that was not finished makes nothing strict': ['if (end.finished && !', 'if (!', limits],
  }),
  ...of('src/operator/verify.ts', [verify], {
    'a verify waits for writers': [
      'if (!(await drain(session, running))) return unfinished(0);',
      '',
      'test/operator/waits',
    ],
    'a verify with nothing to record is not taken for a later one': [
      'if (isUnrecorded(paths)) await',
      'if (false) await',
      `${passes} › that ended`,
    ],
    'a verify that a later one has overtaken is not complete': [
      ' && areProved(registry.knowledge, paths);',
      ';',
      `${passes} › a later one found what it did not`,
    ],
    'what digests leave is looked at': [
      'if (digests.clean && !doubtful) return nothingSuspect;',
      'return nothingSuspect;',
      `${verify} › finds`,
    ],
    'where digests leave nothing, nothing is looked at': [
      'if (digests.clean && !doubtful) return nothingSuspect;',
      '',
      `${passes} › at rest`,
    ],
  }),
  ...of('src/operator/verify-segment.ts', [verify], {
    'only what digests leave is looked at, of items': [
      'filter((path) => this.digests.isItemSuspect(item, path))',
      'filter(() => true)',
      `${passes} › nothing else`,
    ],
    'only what digests leave is looked at, of rows': [
      'this.digests.isRowSuspect(row, key) || ',
      'true || ',
      `${passes} › nothing else`,
    ],
    'a verify looks at items': [
      'const look = await lookAtItem(session, paths, item);',
      'const look: Awaited<ReturnType<typeof lookAtItem>> = { findings: [], mayClose: item === undefined };',
      `${verify} › finds`,
    ],
    'a verify looks at rows': ['if (row === undefined || !', 'if (row !== undefined || !', `${verify} › finds`],
    'a repair takes no own row of an item for a copy': [
      'assertIsCopy(raw, key, session.registry.knowledge);',
      '',
      `${verify} › no repair takes it away`,
    ],
    'an item that no sweep met is brought to its epoch': [
      'if (item.epoch >= swept) return undefined;',
      'if (item.epoch >= 0) return undefined;',
      'test/operator/resumes',
    ],
    'rows of other software are passed over': [
      'if (!isOfItem(raw)) return undefined;',
      '',
      `${verify} › other software`,
    ],
    'what a backfill did not meet is brought to its rows': [
      'isBehind(session.registry.knowledge, paths, item) ||',
      '',
      'test/operator/resumes',
    ],
    'what is damaged is told': ["this.#tally.add(type, path, 'damaged', key);", '', `${verify} › names a primary row`],
  }),
  ...of('src/operator/digest.ts', [digest], {
    'a row is taken away from what its item wants': ['contentOf(raw, keys)), -1);', 'contentOf(raw, keys)), 1);'],
    'what is met twice is not as if it were not met': [
      'lanes[first + lane]! += sign * digest.readUInt32BE(4 * lane);',
      'lanes[first + lane]! ^= digest.readUInt32BE(4 * lane);',
    ],
    'an expired item wants no rows': ["if (expired && listed !== 'open') continue;", ''],
    'an open entry of an expired item is looked at': [
      "if (expired && listed !== 'open') continue;",
      'if (expired) continue;',
    ],
    'an item without a key, and without a row, wants none': [
      'if (key === undefined && listed === undefined) continue;',
      '',
    ],
    'a listed key that the item has not is wrong': [
      'if (key === undefined || listed === undefined ||',
      'if (key === undefined) continue;\n      if (listed === undefined ||',
    ],
    'a row that is not listed is wrong': ["listed === undefined || listed === 'open' ||", "listed === 'open' ||"],
    'another key in the manifest is wrong': [
      " || listed === 'open' || !sameKey(listed, key)) {",
      " || listed === 'open') {",
    ],
    'rows that DynamoDB may delete of an item say nothing': [
      '} else if (!mayBeDeleted(item, serverTime)) {',
      '} else {',
    ],
    'rows that DynamoDB may delete say nothing': ['if (mayBeDeleted(row, serverTime)) return;', ''],
    'what is left anywhere is not clean': ['lanes.every((lane) => lane === 0)', 'lanes[0] === 0'],
    'both lanes are kept': [
      'lanes[first] !== 0 || lanes[first + 1] !== 0',
      'lanes[first] !== 0 && lanes[first + 1] === 0',
    ],
    'a digest tells keys apart': ['JSON.stringify([key.pk, key.sk, type', 'JSON.stringify([type'],
    'a digest tells owners apart': ['type, owner.pk, owner.sk]);', ']);'],
    'a digest tells contents apart': ['.update(place).update(content).digest()', '.update(place).digest()'],
  }),
  ...of('src/operator/digest-pass.ts', [passes, verify], {
    'what could not be read at first is looked at on every key path': [
      'this.digests.doubtKey(key);',
      '',
      `${passes} › could not read at first`,
    ],
    'a digest refuses a damaged item': ['assertSound(item, knowledge);', '', `${verify} › names a primary row`],
    'a digest catches up with what it meets': [
      'if (this.#isKnown(item)) return void this.#addKnown(item);',
      'return void this.#addKnown(item);',
      `${verify} › another registry`,
      'test/operator/live-writers',
    ],
    'rows of other key paths are not digested': [
      'if (!isMeant) {',
      'if (!isMeant && this.place.all) {',
      passes,
      verify,
    ],
    'rows on key paths that are gone are digested': ['this.place.all && !isDemanded', 'false && !isDemanded', gone],
    'items of other types are not counted': [
      'if (paths === undefined && !this.place.all) return assertOwnKey(item, knowledge);',
      'if (paths === undefined) this.items++;',
      `${passes} › their types`,
    ],
    'a segment of digests goes on with what was kept': [
      'sofar === undefined || (await mergeDigests',
      'true || (await mergeDigests',
      `${passes} › middle of a segment`,
    ],
    'where what was kept is gone the verify begins anew': [
      'await endVerify(session, place.verify);',
      '',
      `${passes} › was taken away`,
    ],
    'the count of items goes on with what was kept': ['sofar?.items ?? 0', '0', limits],
    'digests that are gone are made anew': [
      'await endVerify(session, verify);',
      '',
      `${passes} › made anew|makes its digests anew`,
    ],
  }),
  ...of('src/operator/digest-rows.ts', [passes, verify], {
    'digests that are gone are missed': ['return left === 0;', 'return true;', `${passes} › makes its digests anew`],
    'digests of others are left out': ['!names.has(name!) || ', '', limits, passes],
    'what an earlier verify wrote goes': [
      "await gateway.write([{ kind: 'delete', key: gateway.keyOf(row) }], '');",
      '',
      `${passes} › takes away`,
    ],
  }),
  ...of('src/operator/pass.ts', [passes], {
    'a verify that is recorded is not taken for a later one': ['(verified?.epoch ?? 0) + 1', '0', verify],
    'a verify is of the newest entry about its key paths': [
      'Math.max(since, (verified',
      'Math.min(since, (verified',
      passes,
    ],
    'what another works on is left': [' || segments.leased > 0)', ')'],
    'what is paused is left': ["state === 'paused' || segments", 'segments'],
    'what was finished is begun anew, not what is under way': [
      "passes.every(({ state }) => state === 'finished')",
      'true',
    ],
    'a verify ends with its first pass': ['await endWork(gateway, digestsId(verify));', ''],
    'a verify ends with its second pass': ['if (isLookOf(verify, id)) await endWork', 'if (false) await endWork'],
    'who has other digests looks at other rows': [
      '`${verify}${LOOK}${digests}`',
      '`${verify}${LOOK}${digests.length}`',
    ],
    'what stamps were looked for is taken away': ['stamped < (knowledge.restored?.since ?? 0)', 'false', restore],
  }),
  ...of('src/operator/look.ts', [verify], {
    'a verify catches up with what it meets': [
      'await registry.catchUp(item.epoch, item.registry);',
      '',
      `${verify} › does not take a row`,
    ],
    'a verify refuses a damaged item': [
      'assertSound(item, registry.knowledge);',
      '',
      `${verify} › names a primary row`,
    ],
    'what seems wrong is looked at together': [
      'if (first.findings.length === 0 && first.closing.size === 0) return sound;',
      'return first;',
      `${verify} › does not count`,
    ],
    'what is open where only older readers look is closed once it is free': [
      'first.findings.length === 0 && first.closing.size === 0',
      'first.findings.length === 0',
      'test/store/older-readings › no fault to verify',
    ],
    'what is open where only older readers look is no fault': [
      "kind !== 'open' || pathIdOf(path.id) === path.id",
      'true',
      'test/store/older-readings › no fault to verify',
    ],
    'rows of other keys than the item has now say nothing': [
      'if (keysOn(paths, item).every((key) => found.has(keyId(key)))) return',
      'return',
      `${verify} › looks|moves`,
    ],
    'what is gone has no faults': [
      'if (raw === undefined) return sound;',
      'if (raw === undefined) break;',
      `${verify} › is gone`,
    ],
    'there is no row at a key that DynamoDB does not take': [
      'key === undefined || keyProblem(key) !== undefined ? []',
      'key === undefined ? []',
      `${expiring} › cannot be closed`,
    ],
    'an expired item has no faults': [
      "if (expired && item.manifest.get(path.id) !== 'open') continue;",
      '',
      `${expiring} › looked at by itself`,
    ],
    'an open entry of an expired item counts': [
      "if (expired && item.manifest.get(path.id) !== 'open') continue;",
      'if (expired) continue;',
      `${expiring} › cannot be closed`,
    ],
    'the open entry of an expired item is closed': [
      '(expired || isFree(rows, key!, now))',
      'isFree(rows, key!, now)',
      `${expiring} › entry is open is deleted`,
    ],
    'an open entry whose key is free is closed': [
      '(expired || isFree(rows, key!, now))',
      'expired',
      `${verify} › closes an open entry`,
    ],
    'an open entry whose key is taken is left alone': [
      '(expired || isFree(rows, key!, now))',
      'true',
      `${verify} › stays open`,
    ],
    'a missing row is found': [
      "if (listed === undefined) return 'missing';",
      'if (listed === undefined) return undefined;',
      `${verify} › finds`,
    ],
    'an open entry is found': [
      "if (listed === 'open') return 'open';",
      "if (listed === 'open') return undefined;",
      `${life} › found open entries`,
    ],
    'a manifest that lists another key is found': [
      "if (!sameKey(listed, key)) return 'manifest';",
      '',
      `${verify} › finds`,
    ],
    'a listed row that is not there is found': ["mayLack ? undefined : 'missing'", 'undefined', `${verify} › finds`],
    'a row of another item is found': ["mayLack ? undefined : 'foreign'", 'undefined', `${verify} › finds`],
    'a row that is no copy is found': [
      "isCopy(gateway, item, path, row, key) ? undefined : 'stale'",
      "true ? undefined : 'stale'",
      `${verify} › finds`,
    ],
    'DynamoDB may have deleted a row of what expires': [
      'const mayLack = mayBeDeleted(item, gateway.serverTime());',
      'const mayLack = false;',
      `${expiring} › looked at by itself`,
    ],
    'a dangling row counts where it stood still': [
      'return row?.revision === seen.revision && ',
      'return row !== undefined && ',
      `${verify} › row of nobody`,
    ],
    'a row that is gone is not dangling': [
      'if (raw === undefined || !isSecondary(raw)) return false;',
      'if (raw === undefined || !isSecondary(raw)) return true;',
      `${verify} › row of nobody`,
    ],
    'a row of another type is not what an item lists': [
      'owner.type === type && listed',
      'listed',
      `${verify} › row of nobody`,
    ],
  }),
  ...of('src/operator/promote.ts', [life], {
    'what would be promoted was verified': [
      'assertVerified(strict);\n  return strict;',
      'return strict;',
      'test/long/cli-life › dry run says',
    ],
    'a promote asks for a verify': [
      '.filter(({ verified }) => !isClean(verified))',
      '.filter(() => false)',
      `${life} › found open entries`,
    ],
    'a promote asks again where another was first': [
      'assertVerified(stillStrict(knowledge, strict));',
      '',
      `${interruptions} › promote`,
    ],
    'a promote needs no record of the verify to go': [
      '.catch(() => undefined);',
      ';',
      `${passes} › cannot be taken away`,
    ],
    'a promote says what is not filled yet': [
      'if (strict.size === 0) assertNoneInExpand(knowledge);',
      '',
      `${life} › before the backfill`,
    ],
  }),
  ...of('src/operator/paths.ts', [verify], {
    'a promote asks for no missing item': [
      'verified?.missing === 0 && verified.open',
      'verified?.open',
      `${verify} › finds`,
    ],
    'a promote asks for no open entry': [
      'verified?.missing === 0 && verified.open === 0',
      'verified?.missing === 0',
      `${life} › found open entries`,
    ],
  }),
  ...of('src/operator/tally.ts', [verify], {
    'what is wrong in any way is recorded as missing': [
      "kind === 'open' ? 'open' : 'missing'",
      "'open'",
      `${verify} › finds`,
    ],
    'what is complete is recorded apart': [
      'missing === 0 && open === 0)',
      'missing === 0)',
      `${life} › open`,
      'test/simulator/simulator › hold',
    ],
  }),
  ...of('src/operator/retire.ts', [retire], {
    'a retire sweeps': ['!isFloorSwept(known); known =', 'false; known =', `${retire} › FENCE|sweeps`],
    'a retire sweeps anew where the floor moved': [
      'known = await registry.refresh()) {',
      'known = { ...registry.knowledge, swept: Infinity }) {',
      `${retire} › sweeps anew`,
    ],
    'a retire says that it was taken back': [
      'if (floor.version <= version) throw',
      'if (false) throw',
      `${retire} › took it back`,
    ],
  }),
  ...of('src/operator/drop.ts', [drop], {
    'a drop takes away': [
      'const swept = isDropSwept(registry.knowledge)',
      'const swept = true',
      `${drop} › takes away`,
    ],
  }),
  ...of('src/operator/works.ts', ['test/operator/works'], {
    'a pass that is named is there': [
      'if (one === undefined) throw new NoSuchWorkError(work, table);',
      'if (one === undefined) return [];',
    ],
    'a pass that is named is there still': ['else if (work !== undefined) throw', 'else if (false) throw'],
    'a limit has one': ['if (maxWcu === undefined && maxRcu === undefined) {', 'if (false) {'],
  }),
  ...of('src/operator/restore.ts', [`${restore} › met itself`], {
    'a mend tells of its own items': ['items, written: 0, work }', 'items: work.rows, written: 0, work }'],
    'a mend counts no other rows for items': ['if (isOfItem(raw) && !isSecondary(raw)) this', 'this'],
  }),
  ...of('src/operator/withdraw.ts', [withdraw], {
    'a withdraw takes away what is left': [
      'const isUnswept = unsweptWithdrawal(registry.knowledge) !== undefined;',
      'const isUnswept = false;',
      `${withdraw} › takes away`,
    ],
    'a withdraw is of what is in the sources': [
      'if (source === undefined) throw notInSources(schema, version);',
      '',
      `${withdraw} › sources`,
    ],
  }),
];
