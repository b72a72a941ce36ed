import type { ItemReader } from './item-reader.js';
import type { ChosenRange } from './key-path-choice.js';

/** The rows of one item type in a list: those of one key path under the prefix. */
export interface ListedType extends ChosenRange {
  /** Storage name of the item type. */
  readonly type: string;
  readonly reader: ItemReader;
}
