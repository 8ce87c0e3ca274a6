import { IAMClient, ListOpenIDConnectProvidersCommand } from '@aws-sdk/client-iam';
import * as z from 'zod';
import { read } from '../../aws/read.ts';
import { accountCollector } from '../collector.ts';

const arns = z.array(z.string().min(1));

export const iamOidcProviders = accountCollector({
  fact: 'oidcProviders',
  actions: ['iam:ListOpenIDConnectProviders'],
  events: ['iam:CreateOpenIDConnectProvider', 'iam:DeleteOpenIDConnectProvider'],
  collect({ aws, scope }) {
    const iam = aws.client(IAMClient, scope.region);
    return read('iam:ListOpenIDConnectProviders', async () => {
      const answer = await iam.send(new ListOpenIDConnectProvidersCommand({}));
      return arns.parse(answer.OpenIDConnectProviderList?.map(({ Arn }) => Arn));
    });
  },
});
