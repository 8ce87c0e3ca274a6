import * as z from 'zod';
import { AwsError } from '../errors.ts';
import type { StoredFinding } from '../state.ts';
import { valuesAt } from '../values-at.ts';

const invalid = (message: string) => new AwsError('InvalidInputException', message);

const comparison = z.enum(['EQUALS', 'PREFIX', 'NOT_EQUALS', 'PREFIX_NOT_EQUALS']);
const stringFilter = z.strictObject({ Value: z.string().regex(/\S/), Comparison: comparison });
const mapFilter = z.strictObject({
  Key: z.string().regex(/\S/),
  Value: z.string().regex(/\S/),
  Comparison: z.enum(['EQUALS', 'NOT_EQUALS']),
});
const numberFilter = z.strictObject({ Gte: z.number(), Lte: z.number(), Eq: z.number() }).partial();
const dateRange = z.strictObject({ Value: z.number().int().min(1), Unit: z.literal('DAYS') });
const dateFilter = z.strictObject({ Start: z.string(), End: z.string(), DateRange: dateRange }).partial();

type StringFilter = z.output<typeof stringFilter>;
type Matcher = (finding: StoredFinding) => boolean;
/** Builds a matcher from the filters given for one attribute. */
type Attribute = (filters: unknown, now: Date) => Matcher;

const inclusive: readonly string[] = ['EQUALS', 'PREFIX'];

function matchesFilter({ Value, Comparison }: StringFilter, values: readonly unknown[]): boolean {
  const prefix = Comparison === 'PREFIX' || Comparison === 'PREFIX_NOT_EQUALS';
  const found = values.some((value) => (prefix ? String(value).startsWith(Value) : String(value) === Value));
  return inclusive.includes(Comparison) ? found : !found;
}

/** Filters that include a value are joined by OR, those that exclude one by AND. */
function matchesStrings(filters: readonly StringFilter[], values: readonly unknown[]): boolean {
  const included = filters.filter(({ Comparison }) => inclusive.includes(Comparison));
  const excluded = filters.filter(({ Comparison }) => !inclusive.includes(Comparison));
  const found = included.length === 0 || included.some((filter) => matchesFilter(filter, values));
  return found && excluded.every((filter) => matchesFilter(filter, values));
}

function parse<Item extends z.ZodType>(item: Item, filters: unknown): z.output<Item>[] {
  const parsed = z.array(item).min(1).max(20).safeParse(filters);
  if (!parsed.success) {
    throw invalid(`Invalid filter: ${parsed.error.issues.map(({ message }) => message).join(', ')}`);
  }
  return parsed.data;
}

function text(path: string): Attribute {
  return (raw) => {
    const filters = parse(stringFilter, raw);
    const used = new Set<string>(filters.map(({ Comparison }) => Comparison));
    if (used.has('EQUALS') && (used.has('NOT_EQUALS') || used.has('PREFIX_NOT_EQUALS'))) {
      throw invalid('EQUALS cannot be combined with NOT_EQUALS or PREFIX_NOT_EQUALS on the same field.');
    }
    return (finding) => matchesStrings(filters, valuesAt(finding, path.split('.')));
  };
}

function map(path: string): Attribute {
  return (raw) => {
    const filters = parse(mapFilter, raw);
    return (finding) => {
      const valuesOf = (key: string) => valuesAt(finding, [...path.split('.'), key]);
      const included = filters.filter(({ Comparison }) => Comparison === 'EQUALS');
      const excluded = filters.filter(({ Comparison }) => Comparison === 'NOT_EQUALS');
      const found =
        included.length === 0 || included.some((filter) => matchesFilter(filter, valuesOf(filter.Key)));
      return found && excluded.every((filter) => matchesFilter(filter, valuesOf(filter.Key)));
    };
  };
}

function number(path: string): Attribute {
  return (raw) => {
    const filters = parse(numberFilter, raw);
    const accepts = (value: unknown) =>
      filters.some(({ Gte, Lte, Eq }) => {
        const actual = Number(value);
        return (
          (Eq === undefined || actual === Eq) &&
          (Gte === undefined || actual >= Gte) &&
          (Lte === undefined || actual <= Lte)
        );
      });
    return (finding) => valuesAt(finding, path.split('.')).some(accepts);
  };
}

const dayMs = 24 * 60 * 60 * 1000;

function date(path: string): Attribute {
  return (raw, now) => {
    const filters = parse(dateFilter, raw);
    const accepts = (value: unknown) =>
      filters.some(({ Start, End, DateRange }) => {
        const time = Date.parse(String(value));
        const start = DateRange ? now.getTime() - DateRange.Value * dayMs : Date.parse(Start ?? '');
        const end = DateRange ? now.getTime() : Date.parse(End ?? '');
        return !(time < start) && !(time > end);
      });
    return (finding) => valuesAt(finding, path.split('.')).some(accepts);
  };
}

/** Every attribute that the sandbox filters by. */
const attributes: Readonly<Record<string, Attribute>> = {
  AwsAccountId: text('AwsAccountId'),
  AwsAccountName: text('AwsAccountName'),
  CompanyName: text('CompanyName'),
  ComplianceAssociatedStandardsId: text('Compliance.AssociatedStandards.StandardsId'),
  ComplianceSecurityControlId: text('Compliance.SecurityControlId'),
  ComplianceStatus: text('Compliance.Status'),
  Confidence: number('Confidence'),
  CreatedAt: date('CreatedAt'),
  Criticality: number('Criticality'),
  Description: text('Description'),
  FindingProviderFieldsSeverityLabel: text('FindingProviderFields.Severity.Label'),
  FindingProviderFieldsSeverityOriginal: text('FindingProviderFields.Severity.Original'),
  FindingProviderFieldsTypes: text('FindingProviderFields.Types'),
  FirstObservedAt: date('FirstObservedAt'),
  GeneratorId: text('GeneratorId'),
  Id: text('Id'),
  LastObservedAt: date('LastObservedAt'),
  ProductArn: text('ProductArn'),
  ProductFields: map('ProductFields'),
  ProductName: text('ProductName'),
  RecommendationText: text('Remediation.Recommendation.Text'),
  RecordState: text('RecordState'),
  Region: text('Region'),
  ResourceId: text('Resources.Id'),
  ResourcePartition: text('Resources.Partition'),
  ResourceRegion: text('Resources.Region'),
  ResourceTags: map('Resources.Tags'),
  ResourceType: text('Resources.Type'),
  SeverityLabel: text('Severity.Label'),
  SeverityNormalized: number('Severity.Normalized'),
  SourceUrl: text('SourceUrl'),
  Title: text('Title'),
  Type: text('Types'),
  UpdatedAt: date('UpdatedAt'),
  UserDefinedFields: map('UserDefinedFields'),
  VerificationState: text('VerificationState'),
  WorkflowStatus: text('Workflow.Status'),
};

/**
 * A matcher for GetFindings' `Filters`: a finding has to satisfy every attribute.
 *
 * @throws AwsError InvalidInputException for more than 10 attributes or 20 values of one, for comparisons
 *   that exclude each other or that GetFindings does not have
 */
export function findingMatcher(filters: Readonly<Record<string, unknown>>, now: Date): Matcher {
  const given = Object.entries(filters).filter(([, value]) => value !== undefined && value !== null);
  if (given.length > 10) {
    throw invalid(`${given.length} attributes are more than the 10 that findings can be filtered by.`);
  }
  const matchers = given.map(([name, value]) => {
    const attribute = attributes[name];
    if (attribute === undefined) {
      throw invalid(`The sandbox cannot filter by ${name}.`);
    }
    return attribute(value, now);
  });
  return (finding) => matchers.every((matches) => matches(finding));
}
