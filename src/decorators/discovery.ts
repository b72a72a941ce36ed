import type {
  DeclaredEnum,
  DeclaredField,
  DeclaredItemType,
  DeclaredObjectType,
  DeclaredSchema,
  EntityClass,
} from './declared.js';
import { SchemaDefinitionError, type SchemaProblem } from './errors.js';
import { gatherFields } from './gather-fields.js';
import { ownMetadata, type TypeMark } from './metadata.js';
import { problemOfName } from './names.js';
import { optionProblems, placementProblem } from './field-problems.js';
import { resolveFieldType, type TypeReach } from './resolve-field-type.js';

type Place = Omit<SchemaProblem, 'what' | 'mend'>;

/**
 * One walk over classes and what their fields reach. It goes on after a problem, so that all of them are told at once;
 * what it gathered is only given out where there was none.
 */
export class Discovery implements TypeReach {
  private readonly problems: SchemaProblem[] = [];
  /** What functions of the user's threw. */
  private readonly causes: unknown[] = [];
  private readonly objects = new Map<EntityClass, DeclaredObjectType>();
  private readonly enums = new Set<DeclaredEnum>();

  kindOf(entityClass: EntityClass): 'item' | 'object' | undefined {
    return typeof entityClass === 'function' ? ownMetadata(entityClass).marks[0]?.kind : undefined;
  }

  /** The item type, or nothing where the class is none, which is a problem. */
  itemType(entityClass: EntityClass): readonly DeclaredItemType[] {
    if (typeof entityClass !== 'function') {
      this.problem({}, `types: has ${String(entityClass)}, which is no class`, 'give classes with @ItemType');
      return [];
    }
    const place = { class: nameOf(entityClass) };
    const kind = this.kindOf(entityClass);
    if (kind !== 'item') {
      const what = kind === 'object' ? 'the class is an object type, not an item type' : 'the class has no @ItemType';
      const mend =
        kind === 'object'
          ? 'leave it out of types: (object types are found through the fields that use them), or make it an @ItemType'
          : `write @ItemType('${nameOf(entityClass)}') above it`;
      this.problem(place, what, mend);
      return [];
    }
    const { keyPaths } = ownMetadata(entityClass);
    if (keyPaths.length === 0) {
      this.problem(place, 'the item type has no key path (they are not inherited)', "write @KeyPath('/…') above it");
    }
    return [{ name: this.typeName(entityClass), class: entityClass, fields: this.fields(entityClass), keyPaths }];
  }

  objectType(entityClass: EntityClass, place: Place): void {
    if (this.objects.has(entityClass)) return;
    const name = nameOf(entityClass);
    const kind = this.kindOf(entityClass);
    if (kind !== 'object') {
      const what = kind === 'item' ? `${name} is an item type, and cannot be nested` : `${name} has no @ObjectType`;
      const mend =
        kind === 'item'
          ? `make an @ObjectType of what is to be nested, or store the parameters of ${name}'s key`
          : `write @ObjectType('${name}') above the class ${name}, or use 'json'`;
      this.problem(place, what, mend);
      return;
    }
    if (ownMetadata(entityClass).keyPaths.length > 0) {
      this.problem(
        { class: name },
        'an object type has a @KeyPath, but only item types have keys',
        'remove the @KeyPath, or write @ItemType in the place of @ObjectType',
      );
    }
    // In the map before its fields are read: they may refer to it.
    const found = { name: this.typeName(entityClass), class: entityClass, fields: [] as readonly DeclaredField[] };
    this.objects.set(entityClass, found);
    found.fields = this.fields(entityClass);
  }

  enumType(declared: DeclaredEnum): void {
    this.enums.add(declared);
  }

  /** @throws SchemaDefinitionError where there was a problem */
  finish(types: readonly DeclaredItemType[]): DeclaredSchema {
    const objects = [...this.objects.values()];
    const enums = [...this.enums];
    this.refuseSharedNames([...types, ...objects], enums);
    const [first, ...rest] = this.problems;
    if (first !== undefined)
      throw new SchemaDefinitionError([first, ...rest], this.causes.length > 0 ? { cause: this.causes[0] } : {});
    return { types, objects, enums };
  }

  private typeName(entityClass: EntityClass): string {
    const { marks } = ownMetadata(entityClass);
    const place = { class: nameOf(entityClass) };
    if (marks.length > 1) {
      const written = marks.map(({ kind }) => (kind === 'item' ? '@ItemType' : '@ObjectType')).join(' and ');
      this.problem(place, `the class has ${written}`, 'leave one of them');
    }
    const [mark] = marks;
    const name = mark?.name;
    if (name === undefined) {
      this.problem(place, 'the type has no name', nameMend(mark?.kind, entityClass));
      return '';
    }
    const wrong = problemOfName(name);
    if (wrong !== undefined) this.problem(place, `the name '${name}' of the type ${wrong}`, 'give it another name');
    return name;
  }

  private fields(entityClass: EntityClass): readonly DeclaredField[] {
    const gathered = gatherFields(entityClass);
    return gathered.flatMap(({ owner, mark }, i): readonly DeclaredField[] => {
      const place = { class: nameOf(owner), property: String(mark.name) };
      const misplaced = placementProblem(mark);
      if (misplaced !== undefined) this.problems.push({ ...place, ...misplaced });
      if (misplaced !== undefined || typeof mark.name !== 'string') return [];

      if (gathered.findIndex((other) => other.mark.name === mark.name) !== i) {
        this.problem(place, 'the property has two @Field', 'leave one of them');
        return [];
      }
      this.problems.push(...optionProblems(mark).map((complaint) => ({ ...place, ...complaint })));
      const type = resolveFieldType(mark, this, place);
      if ('what' in type) {
        this.problem(place, type.what, type.mend);
        if ('cause' in type) this.causes.push(type.cause);
        return [];
      }
      const { required = true, readDefault, initialValue, deprecated, description } = mark.options;
      return [
        {
          name: mark.name,
          type,
          required,
          ...(readDefault !== undefined && { readDefault }),
          ...(initialValue !== undefined && { initialValue }),
          ...(deprecated !== undefined && { deprecated }),
          ...(description !== undefined && { description }),
        },
      ];
    });
  }

  private refuseSharedNames(types: readonly DeclaredObjectType[], enums: readonly DeclaredEnum[]): void {
    const takers = new Map<string, string>();
    const named = [
      ...types.map(({ name, class: c }) => ({ name, place: { class: nameOf(c) }, what: `the class ${nameOf(c)}` })),
      ...enums.map(({ name }) => ({ name, place: {}, what: `an enum` })),
    ];
    for (const { name, place, what } of named.filter((taken) => taken.name !== '')) {
      const taker = takers.get(name);
      takers.set(name, what);
      if (taker === undefined) continue;
      this.problem(place, `two types of the schema are named '${name}': ${taker} and ${what}`, 'rename one of them');
    }
  }

  private problem(place: Place, what: string, mend: string): void {
    this.problems.push({ ...place, what, mend });
  }
}

/** The name of a class is not taken: it is what a bundler makes of it. */
function nameMend(kind: TypeMark['kind'] | undefined, { name }: EntityClass): string {
  const decorator = kind === 'object' ? '@ObjectType' : '@ItemType';
  return (
    `write ${decorator}('${name === '' ? '…' : name}'): the name is permanent, and that of a class is not, since ` +
    'bundlers change it. If a table has the type already, give the name that it has there'
  );
}

function nameOf(entityClass: EntityClass): string {
  return entityClass.name === '' ? 'a class without a name' : entityClass.name;
}
