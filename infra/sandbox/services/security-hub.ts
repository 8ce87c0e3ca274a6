import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { restJsonProtocol } from '../protocols/rest-json.ts';
import { createdAt } from '../resources/context.ts';
import { checkFinding } from '../security-hub/asff.ts';
import { matcher } from '../security-hub/filters.ts';
import { importOver, isNews } from '../security-hub/import.ts';
import { completeSeverity } from '../security-hub/severity.ts';
import { type Call, operation, type Service } from '../service.ts';
import type { StoredFinding } from '../state.ts';
import { valuesAt } from '../values-at.ts';

const invalid = (message: string) => new AwsError('InvalidInputException', message);
/** 6 MB, in bytes. */
const largestCall = 6 * 1024 * 1024;

/** @throws AwsError InvalidAccessException where Security Hub is off */
function requireHub({ account, region }: Call): void {
  if (account.securityHub.disabledRegions.includes(region)) {
    throw new AwsError(
      'InvalidAccessException',
      `Account ${account.id} is not subscribed to AWS Security Hub`,
      401,
    );
  }
}

/** Whose findings the caller sees here: an account and a Region each. */
function visibleHubs({ account, region, state }: Call): (readonly [accountId: string, region: string])[] {
  const { administrator, aggregationRegion } = state.world.organization.securityHub;
  if (account.id !== administrator) {
    return [[account.id, region]];
  }
  const hubs = state.world.accounts.filter(({ ou }) => ou !== null);
  return hubs.flatMap(({ id, regions, securityHub }) => {
    const seen = region === aggregationRegion ? [...regions.enabled, ...regions.optIn] : [region];
    return seen
      .filter((each) => !securityHub.disabledRegions.includes(each))
      .map((each) => [id, each] as const);
  });
}

const identified = z.looseObject({ Id: z.string(), ProductArn: z.string(), AwsAccountId: z.string() });

/** @throws AwsError AccessDeniedException for a finding that is not the caller's own, by the default product */
function requireOwn({ ProductArn, AwsAccountId }: z.output<typeof identified>, call: Call): void {
  const { account, caller, region, state } = call;
  const product = `arn:${state.world.partition}:securityhub:${region}:${account.id}:product/${account.id}/default`;
  if (AwsAccountId !== account.id || ProductArn !== product) {
    throw new AwsError(
      'AccessDeniedException',
      `User: ${caller.arn} is not authorized to perform: securityhub:BatchImportFindings`,
      403,
    );
  }
}

function keyOf({ ProductArn, Id }: { readonly ProductArn: string; readonly Id: string }): string {
  return `${ProductArn}\n${Id}`;
}

/** Imports one finding; returns what is wrong with it, if anything is. */
function importFinding(candidate: z.output<typeof identified>, call: Call): string | undefined {
  const checked = checkFinding(candidate);
  if ('problem' in checked) {
    return checked.problem;
  }
  const { finding } = checked;
  const { account, region, state, now } = call;
  const hub = state.hub(account.id, region);
  const stored = hub.get(keyOf(finding));
  if (isNews(finding, stored)) {
    const imported = importOver(finding, stored, { region, accountName: account.name, now });
    hub.set(keyOf(finding), imported);
    state.emitImported(imported, region);
  }
  return undefined;
}

const batchImportFindings = operation(
  z.object({ Findings: z.array(identified).min(1).max(100) }),
  (params, call) => {
    requireHub(call);
    if (Buffer.byteLength(JSON.stringify(params)) > largestCall) {
      throw invalid('The request is larger than 6 MB.');
    }
    for (const finding of params.Findings) {
      requireOwn(finding, call);
    }
    const FailedFindings = params.Findings.flatMap((finding) => {
      const problem = importFinding(finding, call);
      return problem === undefined
        ? []
        : [{ Id: finding.Id, ErrorCode: 'InvalidInput', ErrorMessage: problem }];
    });
    const failed = FailedFindings.length;
    return { FailedCount: failed, SuccessCount: params.Findings.length - failed, FailedFindings };
  },
  'POST /findings/import',
);

const sortCriterion = z.object({ Field: z.string(), SortOrder: z.enum(['asc', 'desc']).default('asc') });

function sorted(
  findings: readonly StoredFinding[],
  criteria: readonly z.output<typeof sortCriterion>[],
): StoredFinding[] {
  return criteria.toReversed().reduce(
    (list, { Field, SortOrder }) => {
      const textOf = (finding: StoredFinding) => String(valuesAt(finding, Field.split('.'))[0] ?? '');
      const direction = SortOrder === 'asc' ? 1 : -1;
      return list.toSorted((a, b) => direction * textOf(a).localeCompare(textOf(b)));
    },
    [...findings],
  );
}

const getFindings = operation(
  z.object({
    Filters: z.record(z.string(), z.unknown()).default({}),
    SortCriteria: z.array(sortCriterion).default([]),
    MaxResults: z.number().int().min(1).max(100).default(100),
    NextToken: z.string().optional(),
  }),
  ({ Filters, SortCriteria, MaxResults, NextToken }, call) => {
    requireHub(call);
    const matches = matcher(Filters, call.now);
    const visible = visibleHubs(call).flatMap(([accountId, region]) =>
      call.state.findings(accountId, region),
    );
    const found = sorted(visible.filter(matches), SortCriteria);
    const list = `findings ${JSON.stringify([Filters, SortCriteria])}`;
    const page = paginate(found, { list, size: MaxResults, token: NextToken, invalidToken: invalid });
    return { Findings: page.items, NextToken: page.nextToken };
  },
  'POST /findings',
);

const identifier = z.object({ Id: z.string().regex(/\S/), ProductArn: z.string().regex(/\S/) });
const score = z.number().int().min(0).max(100);
const severityLabel = z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);

const updates = z.object({
  Note: z.object({ Text: z.string().min(1).max(512), UpdatedBy: z.string().min(1).max(512) }).optional(),
  Severity: z.object({ Label: severityLabel.optional(), Normalized: score.optional() }).optional(),
  VerificationState: z.enum(['UNKNOWN', 'TRUE_POSITIVE', 'FALSE_POSITIVE', 'BENIGN_POSITIVE']).optional(),
  Confidence: score.optional(),
  Criticality: score.optional(),
  Types: z.array(z.string()).max(50).optional(),
  UserDefinedFields: z.record(z.string().max(128), z.string().max(1024)).optional(),
  Workflow: z.object({ Status: z.enum(['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED']) }).optional(),
  RelatedFindings: z.array(identifier).max(10).optional(),
});

/** The finding after a customer's update; `UpdatedAt` stays what the provider said. */
function updated(stored: StoredFinding, changes: z.output<typeof updates>, now: Date): StoredFinding {
  const { Note, Severity, ...rest } = changes;
  return {
    ...stored,
    ...rest,
    ...(Note && { Note: { ...Note, UpdatedAt: now.toISOString() } }),
    ...(Severity && { Severity: completeSeverity(Severity) }),
  };
}

const unprocessedReasons = {
  FindingNotFound: 'Finding Not Found',
  DuplicatedFindingIdentifier: 'Finding Identifier is duplicated',
} as const;

const batchUpdateFindings = operation(
  updates.extend({ FindingIdentifiers: z.array(identifier).min(1).max(100) }),
  ({ FindingIdentifiers, ...changes }, call) => {
    requireHub(call);
    const keys = FindingIdentifiers.map(keyOf);
    const ProcessedFindings: z.output<typeof identifier>[] = [];
    const UnprocessedFindings: object[] = [];
    for (const [index, FindingIdentifier] of FindingIdentifiers.entries()) {
      const duplicated = keys.filter((key) => key === keys[index]).length > 1;
      const home = duplicated ? undefined : findHome(FindingIdentifier, call);
      if (home === undefined) {
        const ErrorCode = duplicated ? 'DuplicatedFindingIdentifier' : 'FindingNotFound';
        UnprocessedFindings.push({
          FindingIdentifier,
          ErrorCode,
          ErrorMessage: unprocessedReasons[ErrorCode],
        });
        continue;
      }
      const finding = updated(home.finding, changes, call.now);
      home.hub.set(keyOf(finding), finding);
      call.state.emitImported(finding, home.region);
      ProcessedFindings.push(FindingIdentifier);
    }
    return { ProcessedFindings, UnprocessedFindings };
  },
  'PATCH /findings/batchupdate',
);

/** The hub that holds a finding, among those that the caller sees. */
function findHome(wanted: z.output<typeof identifier>, call: Call) {
  for (const [accountId, region] of visibleHubs(call)) {
    const hub = call.state.hub(accountId, region);
    const finding = call.state.findings(accountId, region).find((each) => keyOf(each) === keyOf(wanted));
    if (finding !== undefined) {
      return { hub, region, finding };
    }
  }
  return undefined;
}

export const securityHub: Service = {
  name: 'securityhub',
  signingName: 'securityhub',
  protocol: restJsonProtocol,
  invalid,
  // https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub_limits.html
  rates: {
    BatchImportFindings: { perSecond: 10, burst: 30 },
    BatchUpdateFindings: { perSecond: 10, burst: 30 },
    GetFindings: { perSecond: 3, burst: 6 },
  },
  operations: {
    BatchImportFindings: batchImportFindings,
    BatchUpdateFindings: batchUpdateFindings,
    GetFindings: getFindings,
    DescribeHub: operation(
      z.object({ HubArn: z.string().optional() }),
      ({ HubArn: wanted }, call) => {
        requireHub(call);
        const { account, region, state } = call;
        const HubArn = `arn:${state.world.partition}:securityhub:${region}:${account.id}:hub/default`;
        if (wanted !== undefined && wanted !== HubArn) {
          throw new AwsError('ResourceNotFoundException', `${wanted} was not found`, 404);
        }
        return {
          HubArn,
          SubscribedAt: createdAt,
          AutoEnableControls: true,
          ControlFindingGenerator: 'SECURITY_CONTROL',
        };
      },
      'GET /accounts',
    ),
  },
};
