import {
  type AwsSecurityFinding,
  BatchImportFindingsCommand,
  BatchUpdateFindingsCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import * as z from 'zod';
import { record } from '../../model/record.ts';
import { listing, operation, pageOf } from '../operation.ts';

/* https://docs.aws.amazon.com/securityhub/1.0/APIReference/API_Operations.html */

const client = SecurityHubClient;
const text = z.string().min(1);
const optionalText = z.string().optional();

/** The fields that are compared. A finding is archived as it is stored, so the others are kept. */
const finding = z
  .looseObject({
    Id: text,
    ProductArn: text,
    GeneratorId: text,
    AwsAccountId: text,
    Region: optionalText,
    Title: z.string(),
    RecordState: optionalText,
    CreatedAt: text,
    UpdatedAt: text,
    FirstObservedAt: optionalText,
    Severity: z.looseObject({ Label: optionalText }).optional(),
    Compliance: z
      .looseObject({
        Status: optionalText,
        StatusReasons: z.array(z.looseObject({ ReasonCode: text })).optional(),
      })
      .optional(),
    Workflow: z.looseObject({ Status: optionalText }).optional(),
    Remediation: z
      .looseObject({ Recommendation: z.looseObject({ Text: optionalText, Url: optionalText }).optional() })
      .optional(),
    Resources: z.array(z.looseObject({ Id: text })),
    // Security Hub itself adds some to every finding.
    ProductFields: record(z.string(), z.string()),
  })
  // What is read of it was checked; the rest is only sent back.
  .transform((checked) => checked as unknown as AwsSecurityFinding);

export const getFindings = listing({
  action: 'securityhub:GetFindings',
  client,
  command: GetFindingsCommand,
  token: 'NextToken',
  answer: pageOf('Findings', finding, 'NextToken'),
});

const failure = { ErrorCode: text, ErrorMessage: optionalText };

/** Security Hub leaves out the list of failures when there are none. */
export const batchImportFindings = operation({
  action: 'securityhub:BatchImportFindings',
  client,
  command: BatchImportFindingsCommand,
  answer: z.object({
    SuccessCount: z.number().optional(),
    FailedFindings: z.array(z.object({ Id: text, ...failure })).optional(),
  }),
});

const identified = z.object({ Id: text });

export const batchUpdateFindings = operation({
  action: 'securityhub:BatchUpdateFindings',
  client,
  command: BatchUpdateFindingsCommand,
  answer: z.object({
    ProcessedFindings: z.array(identified).optional(),
    UnprocessedFindings: z.array(z.object({ FindingIdentifier: identified, ...failure })).optional(),
  }),
});
