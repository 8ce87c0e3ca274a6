import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';

/** The problems that a published JSON Schema has with a document; none when it conforms. */
export type Validator = (document: unknown) => string[];

const FORMATS = {
  'date-time': (text: string) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text),
  uri: (text: string) => URL.canParse(text),
  'uri-reference': (text: string) =>
    URL.canParse(text, 'https://example.com/') && !/[\s"<>\\^`{|}]/.test(text),
};

/** A validator of a schema in this folder. */
export function schemaValidator(file: string): Validator {
  const { $schema: _, id: _id, ...schema } = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));
  // SARIF’s is of draft 4, which differs in the name of `id` only where it is used here.
  const validate = new Ajv({ strict: false, allErrors: true, formats: FORMATS }).compile(schema);
  return (document) => {
    validate(document);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  };
}
