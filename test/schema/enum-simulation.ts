import { Simulation } from './simulation.js';
import { inUse, type SimFieldType } from './simulated-history.js';

/** An application that has enums in most of its key paths, and changes them in most of its releases. */
export class EnumSimulation extends Simulation {
  protected override moves(): readonly (() => void)[] {
    const type = this.pick(this.schema.types);
    const changes = [...inUse(this.schema.types).enums]
      .filter((e) => this.wasInUse(e))
      .map((e) => () => this.changeEnum(e));
    return [...super.moves(), ...Array(4).fill(changes).flat(), ...Array(3).fill(() => this.addKeyPath(type))];
  }

  protected override fieldType(inObject: boolean): SimFieldType {
    const { enums } = this.schema;
    return !inObject && this.chance(70) ? { kind: 'enum', enum: this.pick(enums) } : super.fieldType(inObject);
  }
}
