import type { EntityClass } from './declared.js';
import { ownMetadata, type FieldMark } from './metadata.js';

export interface GatheredField {
  /** The class that says it: the base class, for what is inherited. */
  readonly owner: EntityClass;
  readonly mark: FieldMark;
}

/**
 * The fields of a class, those of its base classes first (whether these are decorated themselves or not). A field that
 * a class declares again takes the place of the inherited one; a field that one class declares twice is here twice.
 */
export function gatherFields(entityClass: EntityClass): readonly GatheredField[] {
  let gathered: readonly GatheredField[] = [];
  for (const owner of lineOf(entityClass)) {
    const own = ownMetadata(owner).fields.map((mark) => ({ owner, mark }));
    const overriding = (inherited: GatheredField) => own.filter(({ mark }) => mark.name === inherited.mark.name);
    const added = own.filter(({ mark }) => !gathered.some((inherited) => inherited.mark.name === mark.name));
    gathered = [
      ...gathered.flatMap((inherited) => {
        const again = overriding(inherited);
        return again.length === 0 ? [inherited] : again;
      }),
      ...added,
    ];
  }
  return gathered;
}

/** The class and those that it extends, the most basic first. */
function lineOf(entityClass: EntityClass): readonly EntityClass[] {
  const line: EntityClass[] = [];
  for (
    let c: unknown = entityClass;
    typeof c === 'function' && c !== Function.prototype;
    c = Object.getPrototypeOf(c)
  ) {
    line.unshift(c as EntityClass);
  }
  return line;
}
