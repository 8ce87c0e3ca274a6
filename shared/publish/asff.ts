import type {
  AwsSecurityFinding,
  Compliance,
  Partition,
  Resource,
  ResourceDetails,
} from '@aws-sdk/client-securityhub';
import { formatArn, parseArn, resourceNameOf } from '../model/arn.ts';
import { BENCHMARKS, type Benchmark, numbersOf } from '../model/benchmarks.ts';
import type { Control } from '../model/control.ts';
import type { ResourceRef, ResourceType } from '../model/resource.ts';
import type { Scope } from '../model/scope.ts';
import { EVIDENCE_UNREADABLE, type Severity, type Verdict } from '../model/verdict.ts';
import { fingerprint } from './fingerprint.ts';
import { findingId, generatorId } from './ids.ts';
import { shrink } from './limits.ts';
import { earlierOf, updateTime } from './observation.ts';

/** What findings say besides the verdict. */
export interface FindingContext {
  /** When publishing began: what is later by more than clocks differ is from the future. */
  readonly now: Date;
  /** This product's version. */
  readonly version: string;
  /** The version of the benchmark. */
  readonly benchmark: Benchmark;
  readonly productName: string;
  readonly companyName: string;
}

/** Our keys of ProductFields. */
export const FIELDS = {
  fingerprint: 'eks-auditor/fingerprint',
  /** Why the finding was sent: a FindingEvent. Never compared. */
  event: 'eks-auditor/event',
  version: 'eks-auditor/version',
  /** The ARN of the cluster that was judged. */
  cluster: 'eks-auditor/cluster',
  /** What was judged as a whole: `cluster`, `region` or `account`. */
  level: 'eks-auditor/level',
  /** The id of the exception that covers it. */
  exception: 'eks-auditor/exception',
} as const;

/**
 * Why a finding was sent: what it says is `new` or has `changed`; only its title, remediation, numbers, what could not be
 * read or the exception that covers it did (`relabelled`); Security Hub would delete it otherwise (`refresh`); or its resource is gone (`archived`).
 */
export type FindingEvent = 'new' | 'changed' | 'relabelled' | 'refresh' | 'archived';

const EVIDENCE_PREFIX = 'eks-auditor/evidence/';

const TYPE = 'Software and Configuration Checks/Industry and Regulatory Standards/CIS Amazon EKS Benchmark';

/** The default product of an account and Region, the only one its own session may import for. */
export function productArn(scope: Scope): string {
  const resource = `product/${scope.accountId}/default`;
  return formatArn({ ...scope, service: 'securityhub', resource });
}

/**
 * The finding of a verdict, cut to Security Hub's limits. `existing` is what Security Hub holds under its id: its
 * history is kept, and what Security Hub or people decide after creation (Workflow, the top-level Severity and Types)
 * is left out. Its times are those of the observation, so that Security Hub refuses it where it holds a later one.
 */
export function toFinding(
  verdict: Verdict,
  control: Control,
  context: FindingContext,
  existing?: AwsSecurityFinding,
): AwsSecurityFinding {
  const { scope, observedAt } = verdict;
  const provider = { Severity: severityOf(verdict), Types: [TYPE] };
  return shrink({
    SchemaVersion: '2018-10-08',
    Id: findingId(verdict),
    ProductArn: productArn(scope),
    ProductName: context.productName,
    CompanyName: context.companyName,
    GeneratorId: generatorId(control.key),
    AwsAccountId: scope.accountId,
    ...(existing === undefined && provider),
    FindingProviderFields: provider,
    FirstObservedAt: earlierOf(existing?.FirstObservedAt ?? existing?.CreatedAt, observedAt),
    LastObservedAt: observedAt,
    CreatedAt: earlierOf(existing?.CreatedAt, observedAt),
    UpdatedAt: updateTime(observedAt, existing, context.now),
    Title: titleOf(control, context.benchmark),
    Description: verdict.reason,
    Remediation: { Recommendation: { Text: control.remediation.text, Url: control.remediation.url } },
    ProductFields: productFieldsOf(verdict, context.version),
    Resources: [verdict.resource, ...verdict.related].map((resource) => toResource(resource, scope)),
    Compliance: complianceOf(verdict, control, context.benchmark),
    RecordState: 'ACTIVE',
    ...(existing === undefined && verdict.status === 'PASSED' && { Workflow: { Status: 'RESOLVED' } }),
  });
}

/** The same finding with the reason why it is sent. */
export function withEvent(finding: AwsSecurityFinding, event: FindingEvent): AwsSecurityFinding {
  return { ...finding, ProductFields: { ...finding.ProductFields, [FIELDS.event]: event } };
}

/** `Endpoint access is restricted (CIS EKS 1.5.0, 5.4.1)` */
export function titleOf(control: Control, benchmark: Benchmark): string {
  return `${control.title} (CIS EKS ${[benchmark, ...numbersOf(control.key, benchmark)].join(', ')})`;
}

/**
 * The finding that archives what Security Hub holds, as it is, without what is not ours to send, and what has no room beside
 * the event: somebody else may have made it as large as it may be. `observedAt` is when what tells that its resource is gone
 * began to be read.
 */
export function toArchived(existing: AwsSecurityFinding, observedAt: string, now: Date): AwsSecurityFinding {
  const { Severity: severity, Types: types = [TYPE] } = existing;
  const fields = Object.entries(existing.ProductFields ?? {}).filter(
    ([key]) => key !== FIELDS.event && !key.startsWith('aws/'),
  );
  return shrink({
    SchemaVersion: existing.SchemaVersion,
    Id: existing.Id,
    ProductArn: existing.ProductArn,
    ProductName: existing.ProductName,
    CompanyName: existing.CompanyName,
    GeneratorId: existing.GeneratorId,
    AwsAccountId: existing.AwsAccountId,
    FindingProviderFields: {
      Severity: { Label: severity?.Label ?? 'INFORMATIONAL', Original: severity?.Original },
      Types: types,
      ...existing.FindingProviderFields,
    },
    FirstObservedAt: existing.FirstObservedAt,
    LastObservedAt: observedAt,
    CreatedAt: existing.CreatedAt,
    UpdatedAt: updateTime(observedAt, existing, now),
    Title: existing.Title,
    Description: existing.Description,
    Remediation: existing.Remediation,
    ProductFields: Object.fromEntries([[FIELDS.event, 'archived' satisfies FindingEvent], ...fields]),
    Resources: existing.Resources,
    // What Security Hub does not tell is not known.
    Compliance: existing.Compliance?.Status ? existing.Compliance : { Status: 'NOT_AVAILABLE' },
    RecordState: 'ARCHIVED',
  });
}

function severityOf({ status, severity }: Verdict): { Label: Severity; Original: string } {
  const labels = { FAILED: severity, WARNING: 'LOW', NOT_AVAILABLE: 'LOW', PASSED: 'INFORMATIONAL' } as const;
  return { Label: labels[status], Original: severity };
}

function complianceOf(verdict: Verdict, control: Control, benchmark: Benchmark): Compliance {
  return {
    Status: verdict.status,
    StatusReasons: verdict.reasonCodes.map((code) => ({
      ReasonCode: code,
      Description: code === EVIDENCE_UNREADABLE ? 'Evidence could not be read' : control.rows[code]?.when,
    })),
    RelatedRequirements: [
      ...BENCHMARKS.flatMap((version) =>
        numbersOf(control.key, version).map((number) => `CIS Amazon EKS Benchmark v${version}/${number}`),
      ),
      // Spelled as Security Hub's own controls do, so that one filter finds both.
      ...control.nist.map((id) => `NIST.800-53.r5 ${id}`),
    ],
    AssociatedStandards: [{ StandardsId: `standards/cis-amazon-eks-benchmark/v/${benchmark}` }],
  };
}

function productFieldsOf(verdict: Verdict, version: string): Record<string, string> {
  const evidence = Object.entries(verdict.evidence).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    [FIELDS.fingerprint]: fingerprint(verdict),
    // Until the comparison with a stored finding says otherwise (withEvent).
    [FIELDS.event]: 'new' satisfies FindingEvent,
    [FIELDS.version]: version,
    [FIELDS.level]: verdict.level,
    ...(verdict.clusterArn && { [FIELDS.cluster]: verdict.clusterArn }),
    ...(verdict.exception && { [FIELDS.exception]: verdict.exception.id }),
    // Security Hub refuses blank values, and "there was none" is evidence too.
    ...Object.fromEntries(evidence.map(([key, value]) => [EVIDENCE_PREFIX + key, value.trim() || '(none)'])),
  };
}

const PARTITIONS: readonly Partition[] = ['aws', 'aws-cn', 'aws-us-gov'];

function toResource(ref: ResourceRef, scope: Scope): Resource {
  const partition = PARTITIONS.find((known) => known === scope.partition);
  const details = detailsOf(ref);
  return {
    Type: ref.type,
    Id: ref.id,
    ...(partition && { Partition: partition }),
    // Global resources belong to the Region in which they were judged, as in Security Hub's own findings.
    Region: parseArn(ref.id)?.region || scope.region,
    ...(ref.tags && { Tags: ref.tags }),
    ...(details && { Details: details }),
  };
}

/** What an ARN alone says of a resource, in ASFF's words; `name` is what follows the ARN's type (`role/`). */
const DETAILS_OF_ARN: {
  readonly [Type in ResourceType]?: (arn: string, name: string) => Record<string, string>;
} = {
  AwsEc2LaunchTemplate: (_, name) => ({ Id: name }),
  AwsEc2Subnet: (arn, name) => ({ SubnetArn: arn, SubnetId: name }),
  AwsEcrRepository: (arn, name) => ({ Arn: arn, RepositoryName: name }),
  AwsEksCluster: (arn, name) => ({ Arn: arn, Name: name }),
  AwsIamRole: (_, name) => ({ RoleName: name.slice(name.lastIndexOf('/') + 1) }),
  AwsIamUser: (_, name) => ({ UserName: name.slice(name.lastIndexOf('/') + 1) }),
  AwsKmsKey: (_, name) => ({ KeyId: name }),
};

function detailsOf(ref: ResourceRef): ResourceDetails | undefined {
  const arn = parseArn(ref.id);
  const name = arn && resourceNameOf(arn);
  const details = withoutBlanks({ ...(name && DETAILS_OF_ARN[ref.type]?.(ref.id, name)), ...ref.details });
  if (details === undefined) return undefined;
  // The border to ASFF: a ResourceRef promises details of its type, and the SDK sends no member that ASFF lacks.
  return { [ref.type]: details } as ResourceDetails;
}

/** Security Hub refuses blank texts anywhere; AWS's descriptions of resources hold some. */
function withoutBlanks(value: unknown): unknown {
  if (typeof value === 'string') return value.trim() === '' ? undefined : value;
  if (Array.isArray(value)) return value.map(withoutBlanks).filter((item) => item !== undefined);
  if (typeof value !== 'object' || value === null) return value ?? undefined;
  const kept = Object.entries(value)
    .map(([key, item]) => [key, withoutBlanks(item)] as const)
    .filter(([, item]) => item !== undefined);
  return kept.length > 0 ? Object.fromEntries(kept) : undefined;
}
