import type {
  DeclaredEnum,
  DeclaredField,
  DeclaredItemType,
  DeclaredObjectType,
  DeclaredSchema,
  DeclaredType,
  EntityClass,
} from '../decorators/declared.js';
import { type FieldType, isScalar } from '../fields/field-type.js';
import { canonicalJson } from '../values/canonical-json.js';
import { identifiedDefault } from './defaults.js';
import { expiryState } from './expiry.js';
import type { DefaultStanding, DefaultState, EnumState, FieldState, Identity, Moment, TypeState } from './moment.js';
import { sortedBy } from './ordering.js';
import { classNameOf, refuse, withDefaultAt, type Place } from './place.js';

/**
 * Takes what classes declare into a moment: the newest classes at first, then the classes and field types that
 * migrations say were removed.
 *
 * An object type (or enum) that a removed part brings along is the one that the moment has already where it is the same
 * class, or has the same name and content. One that nothing uses at that moment gives way to another of its name; one
 * that is in use may not contradict it.
 */
export class Intake {
  private readonly classes = new Map<EntityClass, Identity>();
  /** By its list of values, which all mentions of one enum share, and by its name in the admission at hand. */
  private readonly enums = new Map<DeclaredEnum['values'] | string, Identity>();
  private identities = 0;

  identity(): Identity {
    return `#${++this.identities}`;
  }

  admit(declared: DeclaredSchema, moment: Moment, place: Place): void {
    for (const type of declared.types) refuseTaken(type, moment, place);
    this.admitReached(declared, moment, place);
    const states = declared.types.map((type) => this.newType(type, 'item', type.keyPaths));
    states.forEach((state) => moment.putType(state));
    states.forEach((state, i) => {
      const type = declared.types[i] as DeclaredItemType;
      const filled = this.fill(state, type, moment);
      if (type.expiry !== undefined) moment.putType({ ...filled, expiry: expiryState(filled, type.expiry) });
    });
  }

  admitReached(reached: Pick<DeclaredSchema, 'objects' | 'enums'>, moment: Moment, place: Place): void {
    for (const e of reached.enums) this.admitEnum(e, moment, place);
    const fresh = this.linkObjects(reached.objects, moment, place);
    const states = fresh.map((object) => {
      const displaced = moment.typeNamed(object.name);
      if (displaced !== undefined) moment.drop(displaced.id);
      return this.newType(object, 'object', []);
    });
    states.forEach((state) => moment.putType(state));
    states.forEach((state, i) => this.fill(state, fresh[i] as DeclaredObjectType, moment));
  }

  field(declared: DeclaredField, standing: DefaultStanding, moment: Moment, place: Place): FieldState {
    const type = this.fieldType(declared.type);
    const { name, required, readDefault, initialValue } = declared;
    return {
      id: this.identity(),
      name,
      type,
      required,
      ...(readDefault !== undefined && {
        readDefault: { value: withDefaultAt(place, () => identifiedDefault(type, readDefault, moment)), standing },
      }),
      ...(initialValue !== undefined && { initialValue }),
    };
  }

  private newType(declared: DeclaredObjectType, kind: TypeState['kind'], templates: readonly string[]): TypeState {
    const id = this.identity();
    if (kind === 'object') this.classes.set(declared.class, id);
    const keyPaths = templates.map((template) => ({ id: this.identity(), template }));
    return { id, kind, name: declared.name, class: declared.class, fields: [], keyPaths };
  }

  /** Fields without their defaults first: a default may be an object of the very type. */
  private fill(state: TypeState, declared: DeclaredObjectType, moment: Moment): TypeState {
    const bare = declared.fields.map(({ name, type, required, initialValue }) => ({
      ...this.field({ name, type, required }, 'declared', moment, {}),
      ...(initialValue !== undefined && { initialValue }),
    }));
    moment.putType({ ...state, fields: bare });
    const fields = declared.fields.map((field, i) => {
      const place = { class: classNameOf(declared.class), property: field.name };
      return { ...this.field(field, 'declared', moment, place), id: (bare[i] as FieldState).id };
    });
    const filled = { ...state, fields };
    moment.putType(filled);
    return filled;
  }

  private fieldType(declared: DeclaredType): FieldType {
    if (isScalar(declared)) return { kind: declared.kind };
    switch (declared.kind) {
      case 'array':
      case 'map':
      case 'set':
        return { kind: declared.kind, of: this.fieldType(declared.of) };
      case 'enum':
        return {
          kind: 'enum',
          enum: this.enums.get(declared.enum.values) ?? this.enums.get(declared.enum.name) ?? UNLINKED,
        };
      case 'object':
        return { kind: 'object', object: this.classes.get(declared.class) ?? UNLINKED };
    }
  }

  private admitEnum(declared: DeclaredEnum, moment: Moment, place: Place): void {
    const id = this.linkedEnum(declared, moment, place) ?? this.newEnum(declared, moment);
    this.enums.set(declared.values, id).set(declared.name, id);
  }

  private linkedEnum(declared: DeclaredEnum, moment: Moment, place: Place): Identity | undefined {
    const linked = this.enums.get(declared.values);
    if (linked !== undefined && moment.enum(linked) !== undefined) return linked;
    const present = moment.enumNamed(declared.name);
    if (present === undefined || sameValues(present, declared)) return present?.id;
    if (moment.claim(declared.name) !== undefined) refuseContradiction(`the enum ${declared.name}`, place);
    return undefined;
  }

  private newEnum({ name, values }: DeclaredEnum, moment: Moment): Identity {
    const id = this.identity();
    const base = typeof values[0] === 'number' ? 'int' : 'string';
    moment.putEnum({ id, name, base, values: values.map((value) => ({ id: this.identity(), value })) });
    return id;
  }

  /** Links what the moment has, and returns the rest. */
  private linkObjects(
    objects: readonly DeclaredObjectType[],
    moment: Moment,
    place: Place,
  ): readonly DeclaredObjectType[] {
    const unknown = objects.filter((object) => {
      const id = this.classes.get(object.class);
      return id === undefined || moment.type(id) === undefined;
    });
    for (const object of unknown) {
      this.classes.delete(object.class);
      const present = moment.typeNamed(object.name);
      if (present?.kind === 'item') refuseTaken(object, moment, place);
      if (present !== undefined) this.classes.set(object.class, present.id);
    }
    // Types refer to each other, so one that differs takes those that refer to it along.
    let fresh: readonly DeclaredObjectType[] = unknown.filter((object) => !this.classes.has(object.class));
    for (;;) {
      const differing = unknown.filter((object) => !fresh.includes(object) && !this.sameContent(object, moment));
      if (differing.length === 0) return fresh;
      for (const object of differing) {
        const present = moment.typeNamed(object.name);
        if (present !== undefined && moment.reachable().has(present.id)) {
          refuseContradiction(`the object type ${object.name}`, { class: classNameOf(object.class), ...place });
        }
        this.classes.delete(object.class);
      }
      fresh = [...fresh, ...differing];
    }
  }

  private sameContent(declared: DeclaredObjectType, moment: Moment): boolean {
    const present = moment.typeNamed(declared.name);
    if (present === undefined || present.fields.length !== declared.fields.length) return false;
    return declared.fields.every((field) => {
      const there = present.fields.find((candidate) => candidate.name === field.name);
      const type = canonicalJson(this.fieldType(field.type));
      if (there === undefined || there.required !== field.required || type !== canonicalJson(there.type)) return false;
      const place = { class: classNameOf(declared.class), property: field.name };
      return agrees(there.readDefault, this.field(field, 'declared', moment, place).readDefault);
    });
  }
}

/** Whether a class that declares `declared` can be the one that a moment knows with `present`. */
function agrees(present: DefaultState | undefined, declared: DefaultState | undefined): boolean {
  if (declared === undefined) return present?.standing !== 'declared';
  if (present === undefined || present.standing === 'olderReaders') return false;
  return canonicalJson(present.value) === canonicalJson(declared.value);
}

/** In the place of an object type that is not in the moment yet: equal to no identity. */
const UNLINKED = '#';

function sameValues(present: EnumState, declared: DeclaredEnum): boolean {
  const text = (values: readonly (string | number)[]): string =>
    canonicalJson(sortedBy(values, (v) => JSON.stringify(v)));
  return text(present.values.map(({ value }) => value)) === text(declared.values);
}

function refuseTaken(type: DeclaredObjectType, moment: Moment, place: Place): void {
  if (moment.claim(type.name) === undefined) return;
  refuse(
    { class: classNameOf(type.class), ...place },
    `there is a type or enum ${type.name} at that point already`,
    'give one of the two another name, or put the steps into the order in which they happened',
  );
}

function refuseContradiction(what: string, place: Place): never {
  return refuse(
    place,
    `${what} is not what it was at that point, where other fields use it`,
    'keep a copy that says what it was just before this step, or refer to the present one',
  );
}
