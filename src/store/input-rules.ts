import { TransformationType } from 'class-transformer';
import type { EntityClass } from '../decorators/declared.js';
import { transformerRecord } from './transformer-record.js';

/** Own properties with their values. */
export type Entries = readonly (readonly [name: string, value: unknown])[];

/**
 * What class-transformer's decorators on the class of a nested object say about input: those with
 * `{ toClassOnly: true }`, and no others. A decorator without a direction is nearly always there for what clients are
 * sent (Nest's serializer reads it), and what is stored must not depend on that.
 *
 * Read from class-transformer's own record, because its functions cannot leave the other decorators out.
 */
class InputRules {
  /** Other names under which a property is accepted. */
  private readonly aliases: ReadonlyMap<string, string>;
  /** Properties that are never taken from input. */
  private readonly dropped: ReadonlySet<string>;
  /** The only properties that are taken from input; undefined where all are. */
  private readonly accepted: ReadonlySet<string> | undefined;
  private readonly transforms = new Map<string, readonly Transform[]>();

  constructor(private readonly entityClass: EntityClass) {
    const decorators = transformerRecord();
    const exposed = decorators.getExposedMetadatas(entityClass).filter(isAboutInput);
    const excluded = decorators.getExcludedMetadatas(entityClass).filter(isAboutInput);
    this.aliases = new Map(
      exposed.flatMap(({ options, propertyName }) => (options.name ? [[options.name, propertyName!]] : [])),
    );
    // `create` acts for no group, so what is there for some groups only is not taken.
    const ofGroups = exposed.filter(({ options }) => (options.groups?.length ?? 0) > 0);
    this.dropped = new Set([...excluded, ...ofGroups].map(({ propertyName }) => propertyName!));
    this.accepted = excludesAll(entityClass)
      ? new Set(decorators.getExposedProperties(entityClass, TransformationType.PLAIN_TO_CLASS))
      : undefined;
  }

  apply(given: object): Entries {
    const entries: [string, unknown][] = [];
    for (const [key, value] of Object.entries(given)) {
      const name = this.aliases.get(key) ?? key;
      if (this.dropped.has(name) || this.accepted?.has(name) === false) continue;
      entries.push([name, value === undefined ? value : this.transformed(name, value, given)]);
    }
    return entries;
  }

  private transformed(key: string, value: unknown, obj: object): unknown {
    const type = TransformationType.PLAIN_TO_CLASS;
    return this.transformsOf(key).reduce<unknown>(
      (before, transform): unknown => transform({ value: before, key, obj, type, options: {} }),
      value,
    );
  }

  private transformsOf(name: string): readonly Transform[] {
    let found = this.transforms.get(name);
    if (found === undefined) {
      found = transformerRecord()
        .findTransformMetadatas(this.entityClass, name, TransformationType.PLAIN_TO_CLASS)
        .filter((each) => isAboutInput(each) && (each.options.groups?.length ?? 0) === 0)
        .map(({ transformFn }) => transformFn);
      this.transforms.set(name, found);
    }
    return found;
  }
}

type Transform = ReturnType<ReturnType<typeof transformerRecord>['findTransformMetadatas']>[number]['transformFn'];

const rules = new WeakMap<EntityClass, InputRules>();

/** The properties that an object gives for an instance of a class, as the class's decorators about input have them. */
export function inputFor(entityClass: EntityClass, given: object): Entries {
  let known = rules.get(entityClass);
  if (known === undefined) rules.set(entityClass, (known = new InputRules(entityClass)));
  return known.apply(given);
}

/** A class-level `@Exclude`: then only what has an `@Expose` is taken. */
function excludesAll(entityClass: EntityClass): boolean {
  const decorators = transformerRecord();
  if (decorators.getStrategy(entityClass) !== 'excludeAll') return false;
  return isAboutInput(decorators.findExcludeMetadata(entityClass, undefined as never));
}

function isAboutInput({ options }: { readonly options?: { readonly toClassOnly?: boolean } }): boolean {
  return options?.toClassOnly === true;
}
