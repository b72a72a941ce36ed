import { field } from '../schema/declare-by-hand.js';
import { schemaOf } from './shop.js';

export class Thing {
  shelf!: string;
  id!: string;
  name!: string;
}

/** Two key paths in one group. */
export const twoPaths = schemaOf(
  'shelves',
  [
    {
      name: 'Thing',
      class: Thing,
      keyPaths: ['/shelf-:shelf/id-:id', '/shelf-:shelf/name-:name'],
      fields: [field('shelf', 'string'), field('id', 'string'), field('name', 'string')],
    },
  ],
  [],
  [],
);
