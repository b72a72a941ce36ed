import type { EnumState, Identity, Moment } from './moment.js';
import { sortedBy } from './ordering.js';
import { refuse, type Place } from './place.js';

/**
 * The storage names of everything, given out version by version: the first name, or, where that was given out before,
 * the name and `#` and the version that adds it. One that was given out is never given to anything else, even when
 * what had it is gone, so rows of any age mean the same to every version.
 */
export class StorageNames {
  private readonly types = new NameSpace();
  private readonly fields = new Map<Identity, NameSpace>();
  private readonly values = new Map<Identity, ValueSpace>();

  /** Names what the version has and no version before it had. Item types, object types and enums share their names. */
  admit(moment: Moment, version: number, place: Place): void {
    this.types.admit([...moment.allTypes, ...moment.allEnums], version);
    for (const type of moment.allTypes) {
      const space = this.fields.get(type.id) ?? new NameSpace();
      this.fields.set(type.id, space);
      space.admit(type.fields, version);
    }
    for (const e of moment.allEnums) {
      const space = this.values.get(e.id) ?? new ValueSpace();
      this.values.set(e.id, space);
      space.admit(e, version, place);
    }
  }

  /** Of an item type, an object type or an enum. */
  ofType(id: Identity): string {
    return this.types.of(id);
  }

  ofField(owner: Identity, field: Identity): string {
    return this.fields.get(owner)?.of(field) ?? unknown(field);
  }

  /** What rows hold for the enum value. */
  ofValue(e: Identity, value: Identity): string | number {
    return this.values.get(e)?.of(value) ?? unknown(value);
  }
}

class NameSpace {
  private readonly given = new Map<Identity, string>();
  private readonly used = new Set<string>();

  admit(named: readonly { readonly id: Identity; readonly name: string }[], version: number): void {
    for (const { id, name } of named) {
      if (this.given.has(id)) continue;
      const storageName = this.used.has(name) ? `${name}#${version}` : name;
      this.given.set(id, storageName);
      this.used.add(storageName);
    }
  }

  of(id: Identity): string {
    return this.given.get(id) ?? unknown(id);
  }
}

/** Enum values are any strings or numbers, so a name with `#` may be taken, and a number has no other form at all. */
class ValueSpace {
  private readonly given = new Map<Identity, string | number>();
  private readonly used = new Set<string | number>();

  admit(e: EnumState, version: number, place: Place): void {
    for (const { id, value } of sortedBy(e.values, (candidate) => JSON.stringify(candidate.value))) {
      if (this.given.has(id)) continue;
      let stored = value;
      while (this.used.has(stored)) {
        if (typeof stored === 'number') return refuseNumber(e, stored, version, place);
        stored = `${stored}#${version}`;
      }
      this.given.set(id, stored);
      this.used.add(stored);
    }
  }

  of(id: Identity): string | number {
    return this.given.get(id) ?? unknown(id);
  }
}

function refuseNumber(e: EnumState, value: number, version: number, place: Place): never {
  return refuse(
    { ...place, class: e.name, version },
    `rows of older versions hold ${value} for another value of the enum ${e.name}`,
    `give the value that version ${version} adds a number that was never used`,
  );
}

function unknown(id: Identity): never {
  throw new TypeError(`no version has ${id}`);
}
