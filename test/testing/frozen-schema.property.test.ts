import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EntityClass } from '../../src/decorators/declared.js';
import { frozenSchemaFrom } from '../../src/testing/frozen-schema.js';
import { histories } from '../schema/arbitraries.js';
import { declaredOf } from '../schema/declare.js';
import { releasesOf, schemaOfHistory } from '../schema/releases.js';

const RUNS = { numRuns: Number(process.env['FC'] ?? 25) };

it('classes that were frozen on their day agree with the sources of today, and make the schema of their day', () => {
  fc.assert(
    fc.property(histories(), (history) => {
      const today = schemaOfHistory(history);
      for (const release of releasesOf(history)) {
        const { version } = release;
        const classes = new Map<string, EntityClass>([...release.classes.types, ...release.classes.objects]);
        const declared = declaredOf(release.versions.at(-1)!, classes);
        const frozen = frozenSchemaFrom(today, version, declared);
        expect(frozen.version).toBe(version);
        expect(frozen.hashes).toEqual(release.hashes);
        expect(frozen.versions).toEqual(release.versions);
        expect(frozen.migrations).toEqual(release.migrations);
        expect(frozen.classes).toEqual(release.classes);
      }
    }),
    RUNS,
  );
});
