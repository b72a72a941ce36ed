import { of } from './of.mjs';

const conditions = ['test/protocol/conditions'];
const ttl = ['test/protocol/ttl'];
const repository = 'test/store/repository';

/** What is in a row, what a row in the way means, and which rows an item demands. */
export const ofRows = [
  ...of('src/protocol/row.ts', ['test/protocol/outcomes › an update whose answer'], {
    'four ancestors are remembered': ['const ANCESTORS = 4;', 'const ANCESTORS = 3;'],
    'rows have the expiry of their item': [
      'if (of.expiry !== undefined) row',
      'if (of.expiry !== undefined && false) row',
      'test/protocol/ttl › \\$exp',
    ],
    'a secondary row is no item': [
      'if (isSecondary(row) || !isOfItem(row)) throw',
      'if (!isOfItem(row)) throw',
      'test/protocol/steps › cannot be understood',
    ],
    'an epoch is 1 or more': ['number < 1 || id', 'id', 'test/protocol/steps › cannot be understood'],
    'a row of another program is none of ours': [
      'if (!isOfItem(row)) throw new ForeignRowError(key);',
      '',
      'test/protocol/steps › another program',
    ],
  }),
  ...of('src/protocol/refusals.ts', ttl, {
    'only an expired owner is taken over': ['else if (expired(found.owner)) next', 'else if (true) next'],
    'an expired item gives way': ['else if (before !== undefined && expired(before))', 'else if (false)'],
    'an owner that moved is read anew': ['next.expired.delete(keyId(key));', ''],
    "what is not ours may be an expired owner's": ["if (key !== 'open') next.notOurs.delete(keyId(key));", 'void key;'],
  }),
  ...of('src/protocol/refusals.ts', conditions, {
    'the item itself is looked at first': [
      'if (moved !== undefined) {',
      'if (moved !== undefined && refusals.length === 1) {',
      'test/protocol/conditions › says that an item exists|only the layout moved',
    ],
    'a row that is another’s is not deleted again': [
      'next.notOurs.add(keyId(key));',
      '',
      'test/protocol/conditions › delete: a manifest row',
    ],
    'a take-over whose owner moved is looked at anew': [
      'for (const path of purpose.paths) next.dangling.delete(path);',
      '',
      'test/protocol/conditions › take-over',
    ],
    'a take-over whose row moved is looked at anew': [
      'next.dangling.delete(purpose.row.path.id);',
      '',
      'test/protocol/steps › somebody removed',
    ],
    'a row in the way that is gone is no conflict': [
      'if (row !== undefined)\n',
      '\n',
      'test/protocol/steps › somebody removed',
    ],
    'a dangling row is taken over': [
      "if ('dangling' in found) next",
      'if (false) next',
      'test/protocol/conditions › takes a dangling row over',
    ],
    'a conflict is reported': [
      'else if (mayStayOpen(demanded, before)) next',
      'else if (true) next',
      `${repository} › refuses an item one of whose key paths`,
    ],
    'an owner lists its row': [
      "listed !== 'open' && sameKey(listed, key)) {",
      "listed !== 'open') {",
      'test/protocol/steps › is dangling where',
    ],
    'only the copy that is too large is left open': [
      '(alone === undefined ? rows : [alone])',
      'rows',
      'test/protocol/steps › too large by itself',
    ],
    'a copy that is too large is an error later': [
      '.filter((row) => mayStayOpen(row, before));',
      ';',
      'test/protocol/conditions › too large',
    ],
  }),
  ...of('src/protocol/demand.ts', ['test/store/older-lists'], {
    'a default in a key is told apart': [
      'if (olderDefaults?.some((field) => !isSet(own(attributes, field))) === true) return true;',
      '',
    ],
    'a row for older readers is told apart': ['path !== demanded.path || ', '', 'test/store/older-readings › meet'],
    'a row for older readers is there only where its key differs': [
      'key: isThere ? undefined : olderKey',
      'key: olderKey',
      'test/store/older-readings',
      'test/registry/key-view.property',
    ],
    'a path with an unset parameter is sparse': [
      'if (!isSet(own(attributes, field)) && own(defaults, field) === undefined) return undefined;',
      '',
      'test/store/repository',
    ],
  }),
  ...of('src/protocol/prune.ts', ['test/protocol/prune'], {
    'what a remaining version sees stays': ['.filter((field) => !kept.has(field))', ''],
    'what goes goes in object types too': ["if (type.kind === 'object' && 'M' in value) {", 'if (false) {'],
    'what goes goes in arrays too': ["if (type.kind === 'array' && 'L' in value) {", 'if (false) {'],
    'what goes goes in maps too': ["if (type.kind === 'map' && 'M' in value) {", 'if (false) {'],
    'what goes goes however deep it lies': ['before < touched.size;)', 'before < 0;)'],
    'a type that no remaining version has is left': [
      'const names = new Set(left.flatMap(',
      'const names = new Set([...gone, ...left].flatMap(',
    ],
  }),
  ...of('src/protocol/expiry.ts', ['test/protocol/ttl', 'test/store/ttl'], {
    'milliseconds are stored as seconds': ['Math.floor(time / 1000)', 'time'],
    'an item without a time never expires': ["|| 'NULL' in stored) return", ') return'],
    'an item counts as there for a minute more': ['expiry < serverTime / 1000 - SLACK', 'expiry < serverTime / 1000'],
    'the newest version says when an item expires': [
      'for (let version = newestVersion; version > 0; version--)',
      'for (let version = 1; version <= newestVersion; version++)',
      'test/operator/ttl › an older version writes the expiry',
    ],
    'DynamoDB may delete before the minute has passed': [
      'expiry <= serverTime / 1000 + SLACK',
      'expiry <= serverTime / 1000 - SLACK',
      'test/operator/ttl › COMPLETE',
    ],
  }),
];
