import type { EntityClass } from '../decorators/declared.js';
import { DamagedValue } from '../fields/errors.js';
import type { FieldModel, ItemTypeModel } from '../schema/model.js';
import type { AttributeMap, AttributeValue } from '../values/attribute-value.js';
import { DamagedRowError, UnknownFieldError, ValidationError } from './errors.js';
import { setOwn } from '../values/own.js';
import { sameValue } from '../values/same-value.js';
import { storedValue, type FieldPlan } from './field-plan.js';
import { checkFields, mergeFields, readFields, settleFields, visitFields, writeFields } from './fields.js';
import { makerOf } from './maker.js';
import { Origins } from './origins.js';
import type { Problem } from './problem.js';
import type { RawTrail } from './raw-trail.js';
import type { TypeView } from './type-view.js';
import { contentOnly } from './value-codec.js';

/** The view of one item type: its plan, run over one entity or row at a time. */
export class CompiledView implements TypeView {
  private readonly Instance: new () => object;
  private readonly byName: ReadonlyMap<string, FieldModel>;
  private readonly byStorageName: ReadonlyMap<string, FieldModel>;

  constructor(
    readonly model: ItemTypeModel,
    readonly version: number,
    readonly entityClass: EntityClass,
    private readonly fields: readonly FieldPlan[],
  ) {
    this.Instance = makerOf(entityClass);
    this.byName = new Map(model.fields.map((field) => [field.name, field]));
    this.byStorageName = new Map(model.fields.map((field) => [field.storageName, field]));
  }

  decode(row: AttributeMap, trail?: RawTrail): object {
    const entity = new this.Instance();
    trail?.begin(row);
    try {
      readFields(this.fields, row, entity, trail);
    } catch (error) {
      throw this.named(error);
    }
    return entity;
  }

  check(entity: object): readonly Problem[] {
    const problems: Problem[] = [];
    checkFields(this.fields, entity, '', [], problems);
    return problems;
  }

  encode(entity: object, written?: RawTrail): AttributeMap {
    const attributes = writeFields(this.fields, entity, { written });
    written?.begin(attributes);
    return attributes;
  }

  apply(entity: object, raw: AttributeMap, trail?: RawTrail, written?: RawTrail): AttributeMap {
    try {
      const origins = this.originsOf(entity, raw, trail);
      const built = mergeFields(this.fields, entity, raw, { origins, written });
      written?.begin(built);
      return this.keepingEqual(raw, built);
    } catch (error) {
      throw this.named(error);
    }
  }

  settle(entity: object): void {
    settleFields(this.fields, entity);
  }

  attributeOf(fieldName: string, value: unknown, what: string = fieldName): AttributeValue {
    const field = this.fields.find(({ name }) => name === fieldName);
    if (field === undefined) throw new UnknownFieldError(this.model.name, this.version, fieldName, this.model.fields);
    const problems: Problem[] = [];
    if (value === undefined || value === null) problems.push({ code: 'required', path: what, message: 'is required' });
    else field.codec.check(value, what, [], problems);
    if (problems.length > 0) throw new ValidationError(this.model.name, problems);
    return field.codec.encode(value, contentOnly);
  }

  fieldNamed(name: string): FieldModel | undefined {
    return this.byName.get(name);
  }

  fieldStoredAs(storageName: string): FieldModel | undefined {
    return this.byStorageName.get(storageName);
  }

  /** Where the nested objects of an entity come from; undefined where it has none that the trail knows. */
  private originsOf(entity: object, raw: AttributeMap, trail: RawTrail | undefined): Origins | undefined {
    if (trail === undefined || trail.isEmpty) return undefined;
    const origins = new Origins(trail, raw);
    visitFields(this.fields, entity, origins);
    origins.rehearse(() => mergeFields(this.fields, entity, raw, { origins }));
    return origins;
  }

  /** An attribute that was built anew and says the same is no change. */
  private keepingEqual(raw: AttributeMap, built: AttributeMap): AttributeMap {
    if (built === raw) return raw;
    let next: Record<string, AttributeValue> | undefined;
    let changed = false;
    for (const field of this.fields) {
      const before = storedValue(field, raw);
      const after = storedValue(field, built);
      if (before === after) continue;
      if (before === undefined || !sameValue(before, after)) {
        changed = true;
        continue;
      }
      next ??= { ...built };
      setOwn(next, field.storageName, before);
    }
    return changed ? (next ?? built) : raw;
  }

  private named(error: unknown): unknown {
    if (!(error instanceof DamagedValue)) return error;
    const { reason, path } = error;
    return new DamagedRowError({ type: this.model.name, version: this.version, path: path.replace(/^\./, ''), reason });
  }
}
