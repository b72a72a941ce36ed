import { schemaFrom } from '../../src/schema/schema-from.js';
import { field } from '../schema/declare-by-hand.js';

export class Thing {
  shelf!: string;
  id!: string;
  name!: string;
}

/** Two key paths in one group. */
export const twoPaths = schemaFrom(
  'shelves',
  {
    types: [
      {
        name: 'Thing',
        class: Thing,
        keyPaths: ['/shelf-:shelf/id-:id', '/shelf-:shelf/name-:name'],
        fields: [field('shelf', 'string'), field('id', 'string'), field('name', 'string')],
      },
    ],
    objects: [],
    enums: [],
  },
  [],
);
