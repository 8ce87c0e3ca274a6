import * as z from 'zod';
import { isFields } from '../plain.ts';

const severityLabels = ['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
const typeNamespaces = [
  'Software and Configuration Checks',
  'TTPs',
  'Effects',
  'Unusual Behaviors',
  'Sensitive Data Identifications',
];
const timestampPattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

/** 240 KB. */
const maxFindingBytes = 240 * 1024;

function text(maxLength = Number.POSITIVE_INFINITY) {
  return z
    .string('should be string')
    .refine((value) => [...value].length <= maxLength, `should NOT be longer than ${maxLength} characters`);
}

function list<Item extends z.ZodType>(item: Item, maxItems: number, minItems = 0) {
  return z
    .array(item, 'should be array')
    .max(maxItems, `should NOT have more than ${maxItems} items`)
    .min(minItems, `should NOT have fewer than ${minItems} items`);
}

function map(maxEntries: number, maxKeyLength: number, maxValueLength: number) {
  return z
    .record(z.string(), text(maxValueLength), 'should be object')
    .refine(
      (value) => Object.keys(value).every((key) => [...key].length <= maxKeyLength),
      `should NOT have names longer than ${maxKeyLength} characters`,
    )
    .refine(
      (value) => Object.keys(value).length <= maxEntries,
      `should NOT have more than ${maxEntries} properties`,
    );
}

function oneOf<const Values extends readonly [string, ...string[]]>(values: Values) {
  return z.enum(values, 'should be equal to one of the allowed values');
}

const timestamp = text().regex(timestampPattern, 'should match format "date-time"');
const score = z.number().int().min(0, 'should be >= 0').max(100, 'should be <= 100');
const type = text().refine((value) => {
  const [namespace = '', ...rest] = value.split('/');
  return typeNamespaces.includes(namespace) && rest.length <= 2;
}, 'should be namespace/category/classifier with a namespace that AWS defines');
const types = list(type, 50);
const relatedFindings = list(z.looseObject({ ProductArn: text(), Id: text() }), 10);

const resource = z.looseObject({
  Type: text(256),
  Id: text(512),
  Partition: oneOf(['aws', 'aws-cn', 'aws-us-gov']).optional(),
  Region: text(16).optional(),
  Tags: map(50, 128, 256).optional(),
  Details: z.looseObject({ Other: map(50, 128, 1024).optional() }).optional(),
});

const compliance = z.looseObject({
  Status: oneOf(['PASSED', 'WARNING', 'FAILED', 'NOT_AVAILABLE']).optional(),
  RelatedRequirements: list(text(), 32).optional(),
  StatusReasons: z.array(z.looseObject({ ReasonCode: text(), Description: text().optional() })).optional(),
  AssociatedStandards: z.array(z.looseObject({ StandardsId: text() })).optional(),
});

/**
 * The AWS Security Finding Format, as far as findings of a custom product use it.
 *
 * Source: the constraints in the API reference of `AwsSecurityFinding` and its parts; the wording of the
 * messages follows the JSON schema validation that BatchImportFindings reports.
 */
const findingSchema = z
  .looseObject({
    SchemaVersion: oneOf(['2018-10-08']),
    Id: text(512),
    ProductArn: text(2048),
    ProductName: text(128).optional(),
    CompanyName: text(128).optional(),
    Region: text(16).optional(),
    GeneratorId: text(512),
    AwsAccountId: text(12),
    Types: types.optional(),
    FirstObservedAt: timestamp.optional(),
    LastObservedAt: timestamp.optional(),
    CreatedAt: timestamp,
    UpdatedAt: timestamp,
    Severity: z
      .looseObject({
        Label: oneOf(severityLabels).optional(),
        Normalized: score.optional(),
        Original: text(64).optional(),
      })
      .optional(),
    Confidence: score.optional(),
    Criticality: score.optional(),
    Title: text(256),
    Description: text(1024),
    Remediation: z
      .looseObject({
        Recommendation: z.looseObject({ Text: text(512).optional(), Url: text().optional() }).optional(),
      })
      .optional(),
    SourceUrl: text().optional(),
    ProductFields: map(50, 128, 2048).optional(),
    UserDefinedFields: map(50, 128, 1024).optional(),
    Resources: list(resource, 32, 1),
    Compliance: compliance.optional(),
    VerificationState: oneOf(['UNKNOWN', 'TRUE_POSITIVE', 'FALSE_POSITIVE', 'BENIGN_POSITIVE']).optional(),
    Workflow: z.looseObject({ Status: oneOf(['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED']) }).optional(),
    RecordState: oneOf(['ACTIVE', 'ARCHIVED']).optional(),
    RelatedFindings: relatedFindings.optional(),
    Note: z.looseObject({ Text: text(512), UpdatedBy: text(512), UpdatedAt: timestamp }).optional(),
    FindingProviderFields: z
      .looseObject({
        Confidence: score.optional(),
        Criticality: score.optional(),
        RelatedFindings: relatedFindings.optional(),
        Severity: z
          .looseObject({ Label: oneOf(severityLabels).optional(), Original: text(64).optional() })
          .optional(),
        Types: types.optional(),
      })
      .optional(),
  })
  .refine(
    ({ Severity, FindingProviderFields }) =>
      FindingProviderFields?.Severity?.Label !== undefined ||
      Severity?.Label !== undefined ||
      Severity?.Normalized !== undefined,
    "should have required property 'Severity' or 'FindingProviderFields.Severity'",
  )
  .refine(
    ({ Types, FindingProviderFields }) => FindingProviderFields?.Types !== undefined || Types !== undefined,
    "should have required property 'Types' or 'FindingProviderFields.Types'",
  );

export type Asff = z.output<typeof findingSchema>;

/** The finding, or the problem of an invalid one. */
export function checkFinding(candidate: unknown): { readonly finding: Asff } | { readonly problem: string } {
  if (Buffer.byteLength(JSON.stringify(candidate)) > maxFindingBytes) {
    return { problem: 'Finding size exceeded 240 KB' };
  }
  const parsed = findingSchema.safeParse(candidate);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${describePath(path)} ${message}`),
    ...blankPaths(candidate).map((path) => `${describePath(path)} should match pattern ".*\\S.*"`),
  ];
  return parsed.success && problems.length === 0
    ? { finding: parsed.data }
    : { problem: `Finding does not adhere to Amazon Finding Format. ${problems.join(', ')}.` };
}

/** The paths of texts that are empty or white space only, which no text of a finding may be. */
function blankPaths(value: unknown, path: readonly PropertyKey[] = []): PropertyKey[][] {
  if (typeof value === 'string') {
    return /\S/.test(value) ? [] : [[...path]];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => blankPaths(item, [...path, index]));
  }
  return isFields(value)
    ? Object.entries(value).flatMap(([key, member]) => blankPaths(member, [...path, key]))
    : [];
}

function describePath(path: readonly PropertyKey[]): string {
  return `data${path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')}`;
}
