import fc from 'fast-check';
import type { AttributeMap } from '../../../src/values/attribute-value.js';
import { RawTrail } from '../../../src/views/raw-trail.js';
import { change, edits, type Edit, type Style } from './edits.js';
import { Owners, textOf } from './oracle.js';
import { asRead, rowOf, tagged, view, type Thing } from './shapes.js';

/** Some changes and a save, and how the entity comes to it. */
interface Round {
  readonly changes: readonly Edit[];
  /** Loads the item anew, after a newer version has written it; else goes on with the entity of the last save. */
  readonly reload: boolean;
  /** The row is read again before it is written: the same content in other objects. */
  readonly readAgain: boolean;
}

const rounds: fc.Arbitrary<Round[]> = fc.array(
  fc.record({
    changes: fc.array(edits, { minLength: 1, maxLength: 5 }),
    reload: fc.boolean(),
    readAgain: fc.boolean(),
  }),
  { minLength: 1, maxLength: 3 },
);

const text = fc.constantFrom(...'abcdef');
const box: fc.Arbitrary<Thing> = fc.record({ label: text });
const few = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(of, { maxLength: 3 });
const keyed = <T>(of: fc.Arbitrary<T>) =>
  fc.dictionary(fc.constantFrom('x', 'y', 'new'), of, { noNullPrototype: true });

function lines(depth: number): fc.Arbitrary<Thing> {
  const seldom = (of: fc.Arbitrary<unknown>) => fc.option(of, { nil: undefined, freq: 1 });
  const deeper = depth > 0 ? { inner: seldom(lines(depth - 1)), parts: seldom(few(lines(depth - 1))) } : {};
  return fc.record(
    { sku: text, quantity: fc.nat({ max: 2 }), note: text, box, ...deeper },
    { requiredKeys: ['sku', 'quantity'] },
  );
}

const line = lines(1);
const entities: fc.Arbitrary<Thing> = fc.record(
  {
    other: line,
    main: line,
    lines: few(line),
    spare: few(line),
    byKey: keyed(line),
    groups: keyed(few(lines(0))),
    grid: few(few(lines(0))),
    racks: few(keyed(lines(0))),
    boxes: few(box),
  },
  { requiredKeys: ['lines'] },
);

/** A process that holds an entity, and what it remembers of where that came from. */
class Holder {
  private entity: Thing;
  private trail = new RawTrail();
  private tags = 0;

  constructor(private row: AttributeMap) {
    this.row = tagged(row, () => `t${++this.tags}`);
    this.entity = view.decode(this.row, this.trail) as Thing;
  }

  /** What is wrong after the changes of a round are saved. */
  run(style: Style, { changes, reload, readAgain }: Round): string[] {
    if (reload) this.load();
    const owners = new Owners(this.entity, this.row);
    for (const edit of changes) change(this.entity, style, edit);
    const problems = view.check(this.entity);
    if (problems.length > 0) throw new Error(`The changes made no sound entity: ${JSON.stringify(problems)}`);
    const said = textOf(this.entity);
    const base = readAgain ? asRead(this.row) : this.row;
    const written = new RawTrail();
    const next = view.apply(this.entity, base, this.trail, written);
    const faults = owners.faults(this.entity, next);
    if (textOf(view.decode(next)) !== said) faults.push('[PUT-GET] another content is stored');
    if (textOf(this.again(base, next, written)) !== textOf(next))
      faults.push('a second try on the same revision differs');
    if (faults.length > 0) faults.push(`before: ${textOf(base)}`, `said: ${said}`, `after: ${textOf(next)}`);
    this.row = next;
    this.trail = written;
    if (view.apply(this.entity, next, written) !== next) faults.push('[GET-PUT] a save without a change is none');
    return faults;
  }

  private load(): void {
    this.row = tagged(this.row, () => `t${++this.tags}`);
    this.trail = new RawTrail();
    this.entity = view.decode(this.row, this.trail) as Thing;
  }

  /** What a save writes where the row's layout has moved since it was read, so that it must try again. */
  private again(before: AttributeMap, asked: AttributeMap, written: RawTrail): AttributeMap {
    const trail = new RawTrail();
    const copy = view.decode(asked, trail);
    return view.apply(copy, asRead(before), written.before(trail, before));
  }
}

/** Fails where a save puts what is hidden on a wrong object, on two, or loses it. */
export function keepsWhatIsHidden(style: Style, parameters: fc.Parameters<[Thing, Round[]]>): void {
  fc.assert(
    fc.property(entities, rounds, (entity, plan) => {
      const holder = new Holder(rowOf(entity));
      for (const round of plan) {
        const faults = holder.run(style, round);
        if (faults.length > 0) throw new Error(faults.join('\n'));
      }
    }),
    parameters,
  );
}
