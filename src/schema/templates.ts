import { InvalidTemplateError } from '../keypaths/errors.js';
import { parameterNames, parseTemplate, renameParameters, type ParsedTemplate } from '../keypaths/template.js';
import { refuse, type Place } from './place.js';

/** @throws SchemaDefinitionError where the template is not well formed. */
export function parsedAt(place: Place, template: string): ParsedTemplate {
  try {
    return parseTemplate(template);
  } catch (error) {
    if (!(error instanceof InvalidTemplateError)) throw error;
    return refuse({ ...place, keyPath: template }, `${error.what} (at character ${error.at})`, error.mend);
  }
}

export function parametersAt(place: Place, template: string): readonly string[] {
  return parameterNames(parsedAt(place, template));
}

/** The template once the field `from` is called `to`. */
export function renameParameterAt(place: Place, template: string, from: string, to: string): string {
  return renameParameters(parsedAt(place, template), (name) => (name === from ? to : name)).text;
}
