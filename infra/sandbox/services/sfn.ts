import * as z from 'zod';
import { AwsError } from '../errors.ts';
import { jsonProtocol } from '../protocols/json.ts';
import { operation, type Service } from '../service.ts';

export const sfnService: Service = {
  name: 'states',
  signingName: 'states',
  protocol: jsonProtocol,
  target: 'AWSStepFunctions',
  invalid: (message) => new AwsError('ValidationException', message),
  operations: {
    DescribeExecution: operation(
      z.strictObject({ executionArn: z.string().min(1).max(256) }),
      ({ executionArn }, { account, state }) => {
        const status = state.executions.get(executionArn);
        if (status === undefined || executionArn.split(':')[4] !== account.id) {
          throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${executionArn}'`);
        }
        return { executionArn, name: executionArn.split(':').at(-1), status };
      },
    ),
  },
};
