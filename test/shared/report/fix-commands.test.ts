import fc from 'fast-check';
import { expect, it } from 'vitest';
import { controls } from '../../../shared/evaluate/controls/index.ts';
import { consoleLink } from '../../../shared/report/console-link.ts';
import { commandsIn, fillCommand } from '../../../shared/report/fix-commands.ts';

const CLUSTER = {
  region: 'eu-west-1',
  cluster: 'payments',
  type: 'AwsEksCluster',
  id: 'arn',
  name: 'payments',
};

it('every command with options in the text of a control is found whole', () => {
  for (const { remediation, key } of controls) {
    for (const command of commandsIn(remediation.text)) {
      expect(command, key).toMatch(/^aws [a-z0-9-]+ [a-z-]+ --/);
      expect(command, key).not.toMatch(/[.,:(]$/);
      expect(command.split("'").length % 2, key).toBe(1);
    }
  }
  expect(
    controls.filter(({ remediation }) => commandsIn(remediation.text).length > 0).length,
  ).toBeGreaterThan(10);
});

it('names are filled in, and the Region', () => {
  const [command = ''] = commandsIn(
    'Do: aws eks update-addon --cluster-name <cluster> --addon-name vpc-cni. Then more.',
  );

  expect(fillCommand(command, CLUSTER)).toBe(
    'aws eks update-addon --cluster-name payments --addon-name vpc-cni --region eu-west-1',
  );
});

it('a role is filled in only where the resource is one, and IAM has no Region', () => {
  const command = 'aws iam attach-role-policy --role-name <role>';

  expect(fillCommand(command, { ...CLUSTER, type: 'AwsIamRole', name: 'nodes' })).toBe(
    'aws iam attach-role-policy --role-name nodes',
  );
  expect(fillCommand(command, CLUSTER)).toBe(command);
});

it('no name is a command', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), (cluster) => {
      const filled = fillCommand('aws eks x --name <cluster>', { ...CLUSTER, cluster });
      const word = filled.slice('aws eks x --name '.length, -' --region eu-west-1'.length);
      const isPlain = /^[\w./:@=][\w./:@=-]*$/.test(word);
      expect(isPlain ? word : word.slice(1, -1).replaceAll(`'\\''`, "'")).toBe(cluster);
      if (!isPlain) expect(word.slice(1, -1).replaceAll(`'\\''`, '')).not.toContain("'");
    }),
  );
});

it('a link leads to the resource or its cluster in the console of its partition', () => {
  const place = { host: 'console.aws.amazon.com', region: 'eu-west-1', accountId: '1', cluster: 'payments' };

  expect(consoleLink({ ...place, type: 'AwsEksCluster', name: 'payments' })).toBe(
    'https://eu-west-1.console.aws.amazon.com/eks/clusters/payments?region=eu-west-1',
  );
  expect(consoleLink({ ...place, type: 'AwsIamRole', name: 'a/b' })).toBe(
    'https://console.aws.amazon.com/iam/home#/roles/details/a%2Fb',
  );
  expect(consoleLink({ ...place, type: 'AwsEksCluster', cluster: '"><script>' })).toBeUndefined();
  expect(consoleLink({ ...place, type: 'AwsEksCluster', host: '' })).toBeUndefined();
  expect(consoleLink({ ...place, type: 'AwsEksCluster', region: 'evil.example/#' })).toBeUndefined();
});
