import { refuse, type Place } from './place.js';

/** Steps as they are said, until the function that says them has returned. */
export class Recording<Step> {
  private readonly steps: Step[] = [];
  private ended = false;

  constructor(private readonly place: Place) {}

  /** @throws SchemaDefinitionError after the end: such a step would be in no version */
  add(step: Step): void {
    if (this.ended) {
      refuse(this.place, 'a step was said after its function had returned', 'say every step while change(m) runs');
    }
    this.steps.push(step);
  }

  end(): readonly Step[] {
    this.ended = true;
    return this.steps;
  }
}
