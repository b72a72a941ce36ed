import { of } from './of.mjs';

const unit = ['test/registry/retirement'];
const invalid = 'test/registry/retirement › a log that cannot be';
const decisions = ['test/registry/retirement › decisions'];

/** How versions end: the floor, dropping, and what is withdrawn. */
export const ofRetirement = [
  ...of('src/registry/retirement.ts', unit, {
    'a floor is another one': ['version === known.floor.version || version < lowest', 'version < lowest', invalid],
    'a floor is not below what is dropped': ['version < lowest || version > known', 'version > known', invalid],
    'a floor is not above the newest version': [' || version > known.newestVersion) {', ') {', invalid],
    'a lower floor needs no sweep': ['version < floor.version ? floor.since : epoch', 'epoch'],
    'a higher floor needs a sweep': ['version < floor.version ? floor.since : epoch', 'floor.since'],
    'a sweep reaches further than the last': [
      'reached <= known.swept || reached >= epoch',
      'reached >= epoch',
      invalid,
    ],
    'a sweep reaches what there is': ['reached <= known.swept || reached >= epoch', 'reached <= known.swept', invalid],
    'what is dropped is below the floor': ['version !== known.floor.version || version <= (', 'version <= (', invalid],
    'what is dropped was not before': [
      'version <= (known.dropping?.version ?? 1) || !isFloorSwept',
      '!isFloorSwept',
      invalid,
    ],
    'what is dropped was swept': [' || !isFloorSwept(known)) {', ') {', invalid],
    'what is withdrawn is the newest': [
      'version !== known.newestVersion || published.active',
      'published.active',
      invalid,
    ],
    'what is withdrawn is not in use': ['published.active || isFloorAt', 'isFloorAt', invalid],
    'what is withdrawn is not the only one': [' || isFloorAt(known, version)) {', ') {', invalid],
    'a withdrawal may leave rows': ['demandsMore(known.demanded, demanded) || ', ''],
    'a withdrawal may leave expiries': [
      'demandsMore(known.demanded, demanded) || expiresOtherwise(published, versions)',
      'demandsMore(known.demanded, demanded)',
      'test/registry/retirement › expire',
      'test/operator/withdraw',
    ],
    'rows of what is withdrawn are written until its readers know': [
      '...(leftTraces ? {} : { demanded }),',
      'demanded,',
    ],
    'something is there to go': ['removal === 0 || removal > reached', 'removal > reached', invalid],
    'readers have heard of all that goes': ['removal > reached || reached', 'reached', invalid],
    'what goes was taken from readers before': [
      ' || reached >= epoch) {\n    throw new RegistryDamagedError(epoch, `nothing',
      ') {\n    throw new RegistryDamagedError(epoch, `nothing',
      invalid,
    ],
    'paths of what is dropped go': ['withoutBelow(demanded, known.versions, next.version)', 'demanded'],
    'what is withdrawn is gone from its entry on': ['Object.freeze({ ...version, gone: epoch })', 'version'],
  }),
  ...of('src/registry/knowledge.ts', unit, {
    'a floor is swept': ['floor.since <= swept;', 'true;'],
    'a drop is swept': [
      'dropped.since <= swept);',
      'true);',
      'test/registry/retirement › dropping',
      'test/operator/drop',
    ],
    'a withdrawal is swept': ['(gone === undefined || gone > swept)', 'gone === undefined'],
    'a withdrawal that left nothing needs no sweep': ['leftTraces && (gone', '(gone'],
    'a drop waits for its readers': [
      'dropping === undefined || dropping.version === dropped?.version ? [] : [dropping]',
      '[]',
      ...unit,
      'test/operator/drop',
    ],
    'a withdrawal waits for its readers': ['[...waiting, ...drop]', 'drop'],
    'a drop is swept from its last entry on': [
      'Math.max(0, dropped?.since ?? 0, ...',
      'Math.max(0, ...',
      'test/operator/drop',
    ],
    'a withdrawal is swept from its last entry on': [
      ', ...withdrawn.map(({ gone = 0 }) => gone))',
      ')',
      'test/operator/withdraw › takes away',
    ],
  }),
  ...of('src/registry/retire-decisions.ts', decisions, {
    'the newest version is not retired': ['if (version === knowledge.newestVersion) {', 'if (false) {'],
    'a version that is unknown is not retired': ['if (versions.has(version)) return;', 'return;'],
    'a floor is not lowered twice': ['knowledge.floor.version > version ? undefined', 'false ? undefined'],
    'what is dropped does not come back': [
      'if (dropping !== undefined && version < dropping.version) {',
      'if (false) {',
    ],
    'a sweep is recorded once': ['swept >= reached ? undefined', 'false ? undefined'],
    'a drop is of what is retired': ['if (floor.version !== version + 1) {', 'if (false) {'],
    'a drop is of a version that there is': ['assertPublished(knowledge, version, DropRefusedError);', ''],
    'a drop comes after the sweep': ['if (!isFloorSwept(knowledge)) {', 'if (false) {'],
    'a drop is begun once': ['if (dropping !== undefined && dropping.version > version) return undefined;', ''],
    'nothing goes that more was added to since': [
      'newestRemoval(knowledge) === reached ?',
      'newestRemoval(knowledge) > 0 ?',
    ],
    'what is withdrawn has the content of the sources': ['if (published.hash !== hash) {', 'if (false) {'],
    'a version in use is not withdrawn': ['if (published.active) {', 'if (false) {'],
    'an older version is not withdrawn': ['if (version !== newestVersion) {', 'if (false) {'],
    'the only version is not withdrawn': ['if (isFloorAt(knowledge, version)) {', 'if (false) {'],
  }),
  ...of('src/registry/check.ts', unit, {
    'a version below the floor does not write': [
      'if (compiled.version < knowledge.floor.version) throw',
      'if (false) throw',
    ],
    'who may not read does not write': ['  assertMayRead(knowledge, compiled, table);\n', ''],
    'a version that was published anew is another': [
      "return published.hash === hash ? undefined : 'published anew';",
      'return undefined;',
    ],
    'a version that is dropped does not read': [
      "isDropped ? 'dropped' : whyTakenBack",
      'false ? undefined : whyTakenBack',
    ],
    'a version that was withdrawn does not read': [
      "isDropped ? 'dropped' : whyTakenBack(knowledge, compiled)",
      "isDropped ? 'dropped' : undefined",
    ],
    'a version that is only retired reads': ['compiled.version < dropping.version;', 'true;'],
    'who starts is compiled at what was published': [
      'assertSamePast(knowledge, schema, table);\n  return published;',
      'return published;',
      'test/registry/publish',
      'test/store/open-store',
    ],
  }),
];
