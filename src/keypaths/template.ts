import { InvalidTemplateError } from './errors.js';

/** A literal, and the parameter that ends the segment where it has one. */
export interface TemplateSegment {
  readonly literal: string;
  readonly parameter?: string;
}

/** A key path as data; the first segment is the group. */
export interface ParsedTemplate {
  readonly text: string;
  readonly segments: readonly [TemplateSegment, ...TemplateSegment[]];
}

const LITERAL = /^[A-Za-z0-9_.-]+$/;
const PARAMETER = /^[A-Za-z_$][\w$]*$/;
const STORAGE_NAME = /^[^/:]+$/;

/**
 * Parses a key path, or a prefix of one (a prefix is written by the same rules).
 *
 * @throws InvalidTemplateError, with the place and the mend.
 * @example
 * parseTemplate('/customer-:customerId/order-:orderId').segments
 * // [{ literal: 'customer-', parameter: 'customerId' }, { literal: 'order-', parameter: 'orderId' }]
 */
export function parseTemplate(text: string): ParsedTemplate {
  return new Parser(text, PARAMETER).parse();
}

/** Parses a template over storage names: any name that cannot be taken for a part of the template, `rank#3` too. */
export function parseStorageTemplate(text: string): ParsedTemplate {
  return new Parser(text, STORAGE_NAME).parse();
}

/** The text of a template, from its segments. */
export function templateText(segments: readonly TemplateSegment[]): string {
  return segments
    .map(({ literal, parameter }) => `/${literal}${parameter === undefined ? '' : `:${parameter}`}`)
    .join('');
}

/** The names of the parameters, in the order of the template. */
export function parameterNames(template: ParsedTemplate): readonly string[] {
  return template.segments.flatMap(({ parameter }) => (parameter === undefined ? [] : [parameter]));
}

/**
 * The same template with other names for its parameters, such as storage names.
 *
 * @throws InvalidTemplateError where a new name holds '/' or ':', or two parameters get one name.
 */
export function renameParameters(template: ParsedTemplate, rename: (name: string) => string): ParsedTemplate {
  const segments = template.segments.map(({ literal, parameter }) => {
    if (parameter === undefined) return { literal };
    const name = rename(parameter);
    if (!STORAGE_NAME.test(name)) {
      const at = template.text.indexOf(`:${parameter}`) + 1;
      throw new InvalidTemplateError(
        template.text,
        at,
        `'${name}' cannot be a parameter`,
        "use a field without '/' and ':' in its name",
      );
    }
    return { literal, parameter: name };
  });
  return parseStorageTemplate(templateText(segments));
}

class Parser {
  private readonly segments: TemplateSegment[] = [];
  private readonly names = new Set<string>();
  /** Where the segment begins, after its '/'. */
  private at = 1;

  constructor(
    private readonly text: string,
    private readonly parameter: RegExp,
  ) {}

  parse(): ParsedTemplate {
    const { text } = this;
    if (typeof text !== 'string')
      throw new InvalidTemplateError(String(text), 0, 'it is not a string', "write '/literal-:parameter'");
    if (text === '') this.refuse(0, 'it is empty', "write '/literal-:parameter'");
    if (!text.startsWith('/')) this.refuse(0, "it does not begin with '/'", `write '/${text}'`);
    for (const segment of text.slice(1).split('/')) {
      this.segments.push(this.segment(segment));
      this.at += segment.length + 1;
    }
    const [group, ...rest] = this.segments as [TemplateSegment, ...TemplateSegment[]];
    return Object.freeze({ text, segments: Object.freeze([group, ...rest] as const) });
  }

  private segment(segment: string): TemplateSegment {
    const colon = segment.indexOf(':');
    if (colon === -1) return Object.freeze({ literal: this.literal(segment, segment) });
    const literal = this.literal(segment.slice(0, colon), segment);
    return Object.freeze({ literal, parameter: this.name(segment.slice(colon + 1), this.at + colon + 1) });
  }

  private literal(literal: string, segment: string): string {
    if (segment === '') {
      const mend =
        this.text === '/' ? "write '/literal-:parameter'" : "leave out the '/' at the end, or one of two in a row";
      this.refuse(this.at - 1, `the segment after '${this.text.slice(0, this.at)}' is empty`, mend);
    }
    if (literal === '') {
      const noun = segment.slice(1).replace(/[^\w].*/s, '') || 'order';
      this.refuse(
        this.at,
        `the segment '/${segment}' has no literal`,
        `write a literal before the parameter, such as '/${noun}-${segment}'`,
      );
    }
    if (!LITERAL.test(literal)) {
      const wrong = /[^A-Za-z0-9_.-]/u.exec(literal)!;
      this.refuse(
        this.at + wrong.index,
        `the literal '${literal}' has the character '${wrong[0]}'`,
        "use letters, digits, '_', '.' and '-'",
      );
    }
    return literal;
  }

  private name(name: string, at: number): string {
    if (name === '')
      this.refuse(
        at,
        "a ':' has no parameter name after it",
        "write the name of a field after the ':', or leave the ':' out",
      );
    const second = name.indexOf(':');
    if (second !== -1) {
      this.refuse(
        at + second,
        `the segment has a second parameter, '${name.slice(second)}'`,
        "begin a new segment with '/' and a literal",
      );
    }
    if (!this.parameter.test(name)) {
      this.refuse(
        at,
        `'${name}' is not the name of a field that can be a parameter`,
        'a parameter ends its segment: put what follows it into a new segment',
      );
    }
    if (this.names.has(name)) this.refuse(at, `the parameter ':${name}' is there twice`, 'use each parameter once');
    this.names.add(name);
    return name;
  }

  private refuse(at: number, what: string, mend: string): never {
    throw new InvalidTemplateError(this.text, at, what, mend);
  }
}
