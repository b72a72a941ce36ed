import type { EntityClass } from '../decorators/declared.js';
import { jsonToAttribute } from '../fields/defaults.js';
import { type FieldType, isScalar } from '../fields/field-type.js';
import { scalarTypes } from '../fields/scalars/index.js';
import type { FieldModel, LensStep, ObjectTypeModel, SchemaVersion } from '../schema/model.js';
import { own } from '../values/own.js';
import { arrayCodec } from './array-codec.js';
import { CompiledView } from './compiled-view.js';
import { enumCodec } from './enum-codec.js';
import { assignmentIsTaken, type FieldPlan, isInheritedName } from './field-plan.js';
import { hasInitialiser } from './initialiser.js';
import { olderDefault } from './lens.js';
import { mapCodec } from './map-codec.js';
import { ObjectCodec } from './object-codec.js';
import { readDefault, type ReadDefault } from './read-default.js';
import { setCodec } from './set-codec.js';
import type { TypeView } from './type-view.js';
import type { ValueCodec } from './value-codec.js';
import { scalarValueCodec } from './whole-codec.js';

export interface ViewSource {
  readonly schema: SchemaVersion;
  /** What `lensFor(schema.version, …)` gives for the migrations that the registry has. */
  readonly lens: readonly LensStep[];
  /** By storage name. A type without a class is read as plain objects. */
  readonly classes: {
    readonly types: ReadonlyMap<string, EntityClass>;
    readonly objects: ReadonlyMap<string, EntityClass>;
    /** Names of fields in the order that entities are to have them; that of the model where a type is left out. */
    readonly fieldOrder?: ReadonlyMap<string, readonly string[]>;
  };
}

/** The views of every item type of one schema version, by storage name: the one place where views are made. */
export function compileViews(source: ViewSource): ReadonlyMap<string, TypeView> {
  return new Compiler(source).views();
}

class Compiler {
  private readonly objects = new Map<string, ObjectCodec>();

  constructor(private readonly source: ViewSource) {}

  views(): ReadonlyMap<string, TypeView> {
    const { schema, classes } = this.source;
    const views = new Map<string, TypeView>();
    for (const model of Object.values(schema.types)) {
      const entityClass = classes.types.get(model.storageName) ?? Object;
      views.set(
        model.storageName,
        new CompiledView(model, schema.version, entityClass, this.plans(model, entityClass)),
      );
    }
    return views;
  }

  private plans(model: ObjectTypeModel, entityClass: EntityClass): readonly FieldPlan[] {
    const order = this.source.classes.fieldOrder?.get(model.storageName) ?? [];
    const fields = [...model.fields].sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name));
    return fields.map((field) => this.plan(model, field, entityClass));
  }

  private plan(owner: ObjectTypeModel, field: FieldModel, entityClass: EntityClass): FieldPlan {
    const { name, storageName, required } = field;
    const codec = this.codec(field.type);
    return {
      name,
      storageName,
      codec,
      required,
      fallback: this.fallback(owner, field, codec),
      inheritedName: isInheritedName(entityClass.prototype as object, name),
      isInitialised: () => hasInitialiser(entityClass, name),
      inheritedStorageName: storageName in Object.prototype,
      needsDefine: assignmentIsTaken(entityClass.prototype as object, name),
    };
  }

  private fallback(owner: ObjectTypeModel, field: FieldModel, codec: ValueCodec): ReadDefault | undefined {
    // A field that may be unset reads as unset: only where a value must be there do older readers need another's default.
    const older = field.required ? olderDefault(this.source.lens, owner.storageName, field.storageName) : undefined;
    const json = field.readDefault ?? older;
    if (json === undefined) return undefined;
    return readDefault(codec, jsonToAttribute(field.type, json, this.source.schema));
  }

  private codec(type: FieldType): ValueCodec {
    if (isScalar(type)) return scalarValueCodec(type.kind);
    switch (type.kind) {
      case 'enum':
        return enumCodec(named('enum', this.source.schema.enums, type.enum), this.source.lens);
      case 'object':
        return this.object(type.object);
      case 'array':
        return arrayCodec(this.codec(type.of));
      case 'map':
        return mapCodec(this.codec(type.of));
      case 'set':
        return setCodec(this.codec(type.of), this.setKind(type.of));
    }
  }

  /** One codec for each object type, known before its fields are compiled: they may lead back to it. */
  private object(storageName: string): ObjectCodec {
    const known = this.objects.get(storageName);
    if (known !== undefined) return known;
    const model = named('object type', this.source.schema.objects, storageName);
    const entityClass = this.source.classes.objects.get(storageName) ?? Object;
    const codec = new ObjectCodec(storageName, model.name, entityClass);
    this.objects.set(storageName, codec);
    codec.fields = this.plans(model, entityClass);
    return codec;
  }

  private setKind(of: FieldType): 'SS' | 'NS' {
    if (of.kind === 'enum') return named('enum', this.source.schema.enums, of.enum).base === 'int' ? 'NS' : 'SS';
    return (isScalar(of) && scalarTypes[of.kind].set) || 'SS';
  }
}

/** Published schema data is checked before it is compiled, so a missing name is a defect and no user's mistake. */
function named<T>(what: string, all: Readonly<Record<string, T>>, storageName: string): T {
  const model = own(all, storageName);
  if (model === undefined) throw new TypeError(`The schema version has no ${what} ${storageName}.`);
  return model;
}
