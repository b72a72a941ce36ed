import type { SchemaProblem } from './errors.js';
import { FIELD_OPTIONS } from './field-options.js';
import type { FieldMark } from './metadata.js';
import { problemOfName } from './names.js';

type Complaint = Pick<SchemaProblem, 'what' | 'mend'>;

const PLACEMENTS: Readonly<Record<Exclude<FieldMark['placement'], 'field'>, string>> = {
  static: 'a static property',
  private: 'a #private property, which no one but the class can read',
  accessor: 'an accessor',
  method: 'a method',
};

/** Why nothing can be a field where this decorator stands. */
export function placementProblem({ name, placement }: FieldMark): Complaint | undefined {
  if (typeof name === 'symbol')
    return { what: 'a field is named by a symbol', mend: 'give it a name that is a string' };
  if (placement === 'field') return undefined;
  return {
    what: `@Field stands on ${PLACEMENTS[placement]}`,
    mend: 'put it on a plain property; what is computed from fields needs none',
  };
}

/** What is wrong with a field apart from its type. */
export function optionProblems({ name, options }: FieldMark): readonly Complaint[] {
  const found: Complaint[] = [];
  const wrongName = problemOfName(String(name));
  if (wrongName !== undefined) {
    found.push({ what: `the name of the field ${wrongName}`, mend: 'give it another name' });
  }
  const known: readonly string[] = FIELD_OPTIONS;
  for (const option of Object.keys(options).filter((each) => !known.includes(each))) {
    found.push({ what: `@Field has no option '${option}'`, mend: `use ${FIELD_OPTIONS.join(', ')}` });
  }
  if (options.readDefault === null) {
    found.push({ what: 'the readDefault is null, which is no value', mend: 'leave it out, or write required: false' });
  }
  if (options.initialValue !== undefined && options.initialValue !== 'uuid') {
    const said = String(options.initialValue);
    found.push({ what: `there is no initialValue '${said}'`, mend: "write initialValue: 'uuid'" });
  } else if (options.initialValue !== undefined && options.required === false) {
    found.push({
      what: 'the field has an initialValue and required: false, so that it could be unset but never left out',
      mend: 'leave out one of the two',
    });
  }
  return found;
}
