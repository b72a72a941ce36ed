import { ALWAYS, of } from './of.mjs';

const census = 'test/operator/census';

/** Who says that the table is in use, and what is not done to whoever does. */
export const ofCensus = [
  ...of('src/registry/census.ts', [`${census} › the census`], {
    'a release is written only as it was seen': [
      'token === undefined ? rowAbsent : equals(TOKEN, token)',
      ALWAYS,
      `${census} › loses no key path`,
    ],
    'a release that is there is not put as a new one': [
      'token === undefined ? rowAbsent : equals(TOKEN, token)',
      'rowAbsent',
    ],
    'a release that reads through thousands of key paths is written': ['text.length > LONG', 'false'],
    'a release is written under a new token each time': ['[TOKEN]: { S: randomUUID() }', "[TOKEN]: { S: '1' }"],
    'a release that another process wrote first is written once more': [
      'if (other !== undefined) await this.#write(other);',
      '',
    ],
    'a refused write tells what is there': [
      "if (outcome.kind === 'refused') return outcome.refusals[0]?.row;",
      "if (outcome.kind === 'refused') return this.#forget(read);",
    ],
    'key paths that others read through are kept': ['...before?.keyPaths, ...Object', '...Object'],
    'a release keeps when it was seen first': ['first: before?.first ?? now', 'first: now'],
    'a release that was seen a moment ago is not written': [
      'if (!isOld(before?.last) && !read.some((path) => isOld(before?.keyPaths[path]))) return this.#forget(read);',
      '',
    ],
    'a key path that is read through is news': [' && !read.some((path) => isOld(before?.keyPaths[path])))', ')'],
    'a release is written again after a while': ['(!isOld(before?.last) && ', '('],
    'a process reports once a period': ['if (now - this.#askedAt < CENSUS_PERIOD_MS) return;', ''],
    'a process reports again after a period': ['if (now - this.#askedAt < CENSUS_PERIOD_MS) return;', 'return;'],
    'what begins has asked': ['this.#askedAt = this.gateway.elapsed();\n    await', 'await'],
    'a period begins with its report': ['this.#askedAt = now;\n', '\n'],
    'a process that ends waits for its report': ['await this.#reporting;\n', '\n'],
    'a process that ends says what it read': ['if (this.#read.size > 0) await this.#report();', ''],
    'a process that ends and has read nothing says nothing': ['if (this.#read.size > 0) await', 'await'],
    'what was told is forgotten': ['for (const path of read) this.#read.delete(path);', ''],
    'what was not told is not forgotten': [
      "return outcome.kind === 'applied' ? this.#forget(read) : undefined;",
      'return this.#forget(read);',
    ],
    'what is read through while a report is written is not forgotten': [
      'for (const path of read) this.#read.delete(path);',
      'this.#read.clear();',
    ],
    'a census that fails harms nobody': ['} catch {\n      // No', '} catch (error) {\n      throw error; // No'],
    'builds are told apart': ['JSON.stringify([build, libraryVersion])', 'JSON.stringify([libraryVersion])'],
    'releases of the library are told apart': ['JSON.stringify([build, libraryVersion])', 'JSON.stringify([build])'],
    'versions are told apart': ['sk: `${version}#${hash', 'sk: `#${hash'],
    'a census goes on page by page': ['} while (after !== undefined);', '} while (false);'],
  }),
  ...of('src/operator/census.ts', [census], {
    'what is in use is not taken away': ['if (newest === undefined) return;', 'return;'],
    'force goes on': ['if (force) return;', ''],
    'a version that was not seen for long is out of use': ['last > moment', 'true'],
    'older versions are in use as well': ['release.version <= version;', 'release.version === version;'],
    'newer versions do not matter': ['release.version <= version;', 'true;'],
    'the one that was seen last is named': [
      'filter(loses).sort((a, b) => b.last - a.last)',
      'filter(loses).sort((a, b) => a.last - b.last)',
    ],
    'a withdraw asks for its own version only': ["what === 'withdraw' ?", 'false ?'],
    'it is said how long ago it was seen': ['Math.round((now - last) / 60_000)', 'Math.round(now / 60_000)'],
    'a version that was withdrawn is told': [
      "if (published === undefined) return 'withdrawn';",
      "if (published === undefined) return 'active';",
    ],
    'a version below the floor is retired': [
      'return versionState(knowledge, version, published.active);',
      "return published.active ? 'active' : 'published';",
    ],
    'a version is active from its first write on': ['version, published.active)', 'version, true)'],
    'the build that was seen last comes first': [
      'release.version === version).sort((a, b) => b.last - a.last)',
      'release.version === version)',
    ],
    'versions that nobody has published any more are told': ['...releases.map(({ version }) => version)', ''],
    'versions are told in order': ['[...numbers].sort((a, b) => a - b)', '[...numbers]'],
  }),
  ...of('src/operator/census.ts', [`${census} › the versions in use`], {
    'what is in use loses nothing': [
      'if (decide(registry.knowledge) !== undefined) await assertOutOfUse(session, version, what, options);',
      '',
    ],
    'what goes on asks no more': ['if (decide(registry.knowledge) !== undefined) await', 'await'],
  }),
  ...of('src/operator/retire.ts', [`${census} › the versions in use`], {
    'a version in use is not retired': [
      "await takeFrom(session, version, 'retire', raiseFloor(version), options);",
      'await registry.append(raiseFloor(version));',
    ],
    'an undo asks nobody': [
      'await registry.append(lowerFloor(version));',
      "await takeFrom(session, version, 'retire', lowerFloor(version), options);",
    ],
  }),
  ...of('src/operator/drop.ts', [`${census} › the versions in use`], {
    'what is read is not dropped': [
      "await takeFrom(session, version, 'drop', beginDrop(version), options);",
      'await registry.append(beginDrop(version));',
    ],
  }),
  ...of('src/operator/withdraw.ts', [`${census} › the versions in use`], {
    'what only reads at a version keeps it from being withdrawn': [
      "await takeFrom(session, version, 'withdraw', takeBack(version, hash), options);",
      'await registry.append(takeBack(version, hash));',
    ],
  }),
];
