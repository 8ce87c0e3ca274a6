import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { paginate } from '../paging.ts';
import { restJsonProtocol } from '../protocols/rest-json.ts';
import { createdAt } from '../resources/context.ts';
import { aggregatorOf, isAggregated } from '../security-hub/aggregation.ts';
import { checkFinding } from '../security-hub/asff.ts';
import { findingMatcher } from '../security-hub/filters.ts';
import { isLater, mergeImport } from '../security-hub/import.ts';
import { completeSeverity } from '../security-hub/severity.ts';
import { type Call, operation, type Service } from '../service.ts';
import type { StoredFinding } from '../state.ts';
import { valuesAt } from '../values-at.ts';

const invalid = (message: string) => new AwsError('InvalidInputException', message);
/** 6 MB. */
const maxRequestBytes = 6 * 1024 * 1024;

/** @throws AwsError InvalidAccessException where Security Hub is not enabled */
function requireSecurityHub({ account, region }: Call): void {
  if (account.securityHub.disabledRegions.includes(region)) {
    throw new AwsError(
      'InvalidAccessException',
      `Account ${account.id} is not subscribed to AWS Security Hub`,
      401,
    );
  }
}

/** The accounts and Regions whose findings the caller reads in the Region of the call. */
function visibleHubs({ account, region, state }: Call): (readonly [accountId: string, region: string])[] {
  const { administrator, aggregationRegion } = state.world.organization.securityHub;
  if (account.id !== administrator) {
    return [[account.id, region]];
  }
  const hubs = state.world.accounts.filter(({ ou }) => ou !== null);
  return hubs.flatMap(({ id, regions, securityHub }) => {
    const all = [...regions.enabled, ...regions.optIn];
    const visible =
      region === aggregationRegion
        ? all.filter(isAggregated(state.world.organization.securityHub))
        : [region];
    return visible
      .filter((visibleRegion) => !securityHub.disabledRegions.includes(visibleRegion))
      .map((visibleRegion) => [id, visibleRegion] as const);
  });
}

const findingIdentity = z.looseObject({ Id: z.string(), ProductArn: z.string(), AwsAccountId: z.string() });

/** @throws AwsError AccessDeniedException for a finding that is not the caller's own, by the default product */
function requireOwnFinding({ ProductArn, AwsAccountId }: z.output<typeof findingIdentity>, call: Call): void {
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

/** Imports one finding; returns the problem of an invalid one. */
function importFinding(candidate: z.output<typeof findingIdentity>, call: Call): string | undefined {
  const checked = checkFinding(candidate);
  if ('problem' in checked) {
    return checked.problem;
  }
  const { finding } = checked;
  const { account, region, state, now } = call;
  const hub = state.hub(account.id, region);
  const stored = hub.get(keyOf(finding));
  if (isLater(finding, stored)) {
    const imported = mergeImport(finding, stored, { region, accountName: account.name, now });
    hub.set(keyOf(finding), imported);
    state.emitImported(imported, region);
  }
  return undefined;
}

const batchImportFindings = operation(
  z.strictObject({ Findings: z.array(findingIdentity).min(1).max(100) }),
  (params, call) => {
    requireSecurityHub(call);
    if (Buffer.byteLength(JSON.stringify(params)) > maxRequestBytes) {
      throw invalid('The request is larger than 6 MB.');
    }
    for (const finding of params.Findings) {
      requireOwnFinding(finding, call);
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

const sortCriterion = z.strictObject({
  Field: z.string(),
  SortOrder: z.enum(['asc', 'desc']).default('asc'),
});

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
  z.strictObject({
    Filters: z.record(z.string(), z.unknown()).default({}),
    SortCriteria: z.array(sortCriterion).default([]),
    MaxResults: z.number().int().min(1).max(100).default(100),
    NextToken: z.string().optional(),
  }),
  ({ Filters, SortCriteria, MaxResults, NextToken }, call) => {
    requireSecurityHub(call);
    const matches = findingMatcher(Filters, call.now);
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

const identifier = z.strictObject({ Id: z.string().regex(/\S/), ProductArn: z.string().regex(/\S/) });
const score = z.number().int().min(0).max(100);
const severityLabel = z.enum(['INFORMATIONAL', 'LOW', 'MEDIUM', 'HIGH', 'CRITICAL']);

const updates = z.strictObject({
  Note: z
    .strictObject({ Text: z.string().min(1).max(512), UpdatedBy: z.string().min(1).max(512) })
    .optional(),
  Severity: z.strictObject({ Label: severityLabel.optional(), Normalized: score.optional() }).optional(),
  VerificationState: z.enum(['UNKNOWN', 'TRUE_POSITIVE', 'FALSE_POSITIVE', 'BENIGN_POSITIVE']).optional(),
  Confidence: score.optional(),
  Criticality: score.optional(),
  Types: z.array(z.string()).max(50).optional(),
  UserDefinedFields: z.record(z.string().max(128), z.string().max(1024)).optional(),
  Workflow: z.strictObject({ Status: z.enum(['NEW', 'NOTIFIED', 'RESOLVED', 'SUPPRESSED']) }).optional(),
  RelatedFindings: z.array(identifier).max(10).optional(),
});

/** The finding after a customer's update, which leaves the provider's `UpdatedAt`. */
function applyUpdate(stored: StoredFinding, changes: z.output<typeof updates>, now: Date): StoredFinding {
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
    requireSecurityHub(call);
    const keys = FindingIdentifiers.map(keyOf);
    const ProcessedFindings: z.output<typeof identifier>[] = [];
    const UnprocessedFindings: object[] = [];
    for (const [index, FindingIdentifier] of FindingIdentifiers.entries()) {
      const duplicated = keys.filter((key) => key === keys[index]).length > 1;
      const located = duplicated ? undefined : locateFinding(FindingIdentifier, call);
      if (located === undefined) {
        const ErrorCode = duplicated ? 'DuplicatedFindingIdentifier' : 'FindingNotFound';
        UnprocessedFindings.push({
          FindingIdentifier,
          ErrorCode,
          ErrorMessage: unprocessedReasons[ErrorCode],
        });
        continue;
      }
      const finding = applyUpdate(located.finding, changes, call.now);
      located.hub.set(keyOf(finding), finding);
      call.state.emitImported(finding, located.region);
      ProcessedFindings.push(FindingIdentifier);
    }
    return { ProcessedFindings, UnprocessedFindings };
  },
  'PATCH /findings/batchupdate',
);

/** The finding of that identifier and the hub it is stored in, if the caller may read it. */
function locateFinding(requested: z.output<typeof identifier>, call: Call) {
  for (const [accountId, region] of visibleHubs(call)) {
    const hub = call.state.hub(accountId, region);
    const finding = call.state
      .findings(accountId, region)
      .find((candidate) => keyOf(candidate) === keyOf(requested));
    if (finding !== undefined) {
      return { hub, region, finding };
    }
  }
  return undefined;
}

const listFindingAggregators = operation(
  z.strictObject({
    MaxResults: z.coerce.number().int().min(1).max(100).optional(),
    NextToken: z.string().optional(),
  }),
  (_params, call) => {
    requireSecurityHub(call);
    const aggregator = aggregatorOf(call);
    return {
      FindingAggregators: aggregator ? [{ FindingAggregatorArn: aggregator.FindingAggregatorArn }] : [],
    };
  },
  'GET /findingAggregator/list',
);

const getFindingAggregator = operation(
  z.strictObject({ FindingAggregatorArn: z.string() }),
  ({ FindingAggregatorArn }, call) => {
    requireSecurityHub(call);
    const aggregator = aggregatorOf(call);
    if (aggregator?.FindingAggregatorArn !== FindingAggregatorArn) {
      throw new AwsError('ResourceNotFoundException', `${FindingAggregatorArn} was not found`, 404);
    }
    return aggregator;
  },
  'GET /findingAggregator/get/{FindingAggregatorArn+}',
);

export const securityHubService: Service = {
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
    GetFindingAggregator: getFindingAggregator,
    ListFindingAggregators: listFindingAggregators,
    DescribeHub: operation(
      z.strictObject({ HubArn: z.string().optional() }),
      ({ HubArn: requestedArn }, call) => {
        requireSecurityHub(call);
        const { account, region, state } = call;
        const HubArn = `arn:${state.world.partition}:securityhub:${region}:${account.id}:hub/default`;
        if (requestedArn !== undefined && requestedArn !== HubArn) {
          throw new AwsError('ResourceNotFoundException', `${requestedArn} was not found`, 404);
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
