import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { restJsonProtocol } from '../protocols/rest-json.ts';
import { operation, type Service } from '../service.ts';

/** The default quota: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const DEFAULT_CONCURRENCY = 1_000;

export const lambdaService: Service = {
  name: 'lambda',
  signingName: 'lambda',
  protocol: restJsonProtocol,
  invalid: (message) => new AwsError('InvalidParameterValueException', message),
  operations: {
    GetAccountSettings: operation(
      z.strictObject({}),
      (_, { account, state }) => {
        const concurrency = state.lambdaConcurrency.get(account.id) ?? DEFAULT_CONCURRENCY;
        return {
          AccountLimit: {
            ConcurrentExecutions: concurrency,
            UnreservedConcurrentExecutions: concurrency,
          },
        };
      },
      'GET /2016-08-19/account-settings',
    ),
  },
};
