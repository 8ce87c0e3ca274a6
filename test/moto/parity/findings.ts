import {
  BatchImportFindingsCommand,
  DescribeHubCommand,
  GetFindingsCommand,
  SecurityHubClient,
} from '@aws-sdk/client-securityhub';
import type { Account } from '../account.ts';
import { aFinding, WITHOUT_HUB } from './fixture.ts';
import { type Request, under } from './request.ts';

const FILLED_IN = 'Security Hub fills it in; moto answers with what was imported';

export const findingRequests: readonly Request[] = [
  {
    request: 'securityhub:GetFindings with a token that was not given out',
    send: ({ member }) => securityHub(member).send(new GetFindingsCommand({ NextToken: 'none' })),
    differences: { error: 'AWS documents InvalidInputException, and no InvalidToken' },
  },
  {
    request: 'securityhub:DescribeHub',
    send: ({ member }) => securityHub(member).send(new DescribeHubCommand({})),
  },
  {
    request: 'securityhub:DescribeHub where it is off',
    send: ({ member }) => member.client(SecurityHubClient, WITHOUT_HUB).send(new DescribeHubCommand({})),
  },
  {
    request: 'securityhub:GetFindings where there are none',
    send: ({ management }) => securityHub(management).send(new GetFindingsCommand({})),
  },
  {
    request: 'securityhub:BatchImportFindings',
    send: ({ member }) =>
      securityHub(member).send(new BatchImportFindingsCommand({ Findings: [aFinding(member)] })),
    exact: ['SuccessCount', 'FailedCount'],
  },
  {
    request: 'securityhub:BatchImportFindings with one that is about nothing',
    send: ({ member }) =>
      securityHub(member).send(
        new BatchImportFindingsCommand({ Findings: [aFinding(member, { Resources: [] })] }),
      ),
    exact: ['SuccessCount', 'FailedCount', 'FailedFindings[].Id', 'FailedFindings[].ErrorCode'],
  },
  {
    request: 'securityhub:GetFindings',
    send: ({ member }) => securityHub(member).send(new GetFindingsCommand({})),
    exact: under('Findings[]', 'Id Title Compliance.Status RecordState FindingProviderFields.Severity.Label'),
    differences: {
      'Findings[].AwsAccountName': FILLED_IN,
      'Findings[].CompanyName': FILLED_IN,
      'Findings[].ProcessedAt': FILLED_IN,
      'Findings[].ProductFields': FILLED_IN,
      'Findings[].ProductName': FILLED_IN,
      'Findings[].Region': FILLED_IN,
      'Findings[].Severity': FILLED_IN,
      'Findings[].Workflow': FILLED_IN,
    },
  },
  {
    request: 'securityhub:GetFindings of more than a page holds',
    send: ({ member }) => securityHub(member).send(new GetFindingsCommand({ MaxResults: 101 })),
  },
];

const securityHub = (account: Account) => account.client(SecurityHubClient);
