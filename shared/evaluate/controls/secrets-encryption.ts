import { parseArn } from '../../model/arn.ts';
import { control, notAvailable } from '../../model/control.ts';
import { describeFailure } from '../../model/evidence.ts';
import type { ResourceRef } from '../../model/resource.ts';
import { secretsKeyArn } from '../../model/secrets-key.ts';

/** https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html */
const USABLE = ['Enabled', 'Updating'];
const UNUSABLE = ['Disabled', 'PendingDeletion', 'PendingImport', 'PendingReplicaDeletion', 'Unavailable'];

export const secretsEncryption = control({
  key: 'secrets-encryption',
  title: 'Kubernetes secrets are encrypted with a customer managed KMS key',
  description:
    'Envelope encryption with a key of your own puts reading the secrets in etcd under your key policy, your audit ' +
    'trail and your revocation. A key that is disabled or on its way to deletion takes the secrets with it.',
  remediation: {
    text:
      'Create a symmetric KMS key in the cluster’s Region and associate it: aws eks associate-encryption-config ' +
      '--cluster-name <cluster> --encryption-config \'[{"resources":["secrets"],"provider":{"keyArn":"<key ARN>"}}]\'. ' +
      'It cannot be undone. Rewrite secrets that existed before. For an unusable key: enable it, cancel its deletion, ' +
      'or import its material again (aws kms enable-key, cancel-key-deletion) before anything else.',
    url: 'https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html',
  },
  level: 'cluster',
  severity: 'MEDIUM',
  nist: ['SC-12', 'SC-13', 'SC-28', 'SC-28(1)'],
  needs: ['cluster', 'secretsKey'],
  acceptsUnreadable: ['secretsKey'],
  rows: {
    NO_CUSTOMER_KEY: { status: 'FAILED', when: 'No key is configured for secrets' },
    KEY_UNUSABLE: {
      status: 'FAILED',
      severity: 'CRITICAL',
      when: 'The key is disabled, being deleted, without its material, out of reach, or does not exist',
    },
    NOT_CUSTOMER_MANAGED: { status: 'FAILED', when: 'The key is managed by AWS' },
    KEY_STATE_UNKNOWN: {
      status: 'WARNING',
      when: 'The key is in another account and cannot be read, or in a state that tells neither way',
    },
    CUSTOMER_KEY: { status: 'PASSED', when: 'The key is customer managed and usable' },
  },
  judge({ cluster, secretsKey }, { scope }) {
    const keyArn = secretsKeyArn(cluster);
    if (keyArn === undefined) {
      const reason = `No KMS key is configured for secrets.${defaultEncryption(cluster.version)}`;
      return { code: 'NO_CUSTOMER_KEY', reason, evidence: { key: 'none' } };
    }
    const configured = { evidence: { key: keyArn }, related: [keyResource(keyArn)] };
    if (secretsKey.state === 'absent') {
      return { code: 'KEY_UNUSABLE', reason: `The key ${keyArn} does not exist.`, ...configured };
    }
    if (secretsKey.state === 'unreadable') {
      if (isOfAccount(keyArn, scope.accountId))
        return notAvailable(secretsKey, { related: configured.related });
      const reason = `Secrets are encrypted with ${keyArn} of another account, whose state is unknown: ${describeFailure(secretsKey)}.`;
      return { code: 'KEY_STATE_UNKNOWN', reason, unverified: [secretsKey], ...configured };
    }
    const { arn, keyManager, keyState } = secretsKey.value;
    const seen = { evidence: { key: arn, keyManager, keyState }, related: [keyResource(arn)] };
    if (UNUSABLE.includes(keyState)) {
      return { code: 'KEY_UNUSABLE', reason: `The key ${arn} is in state ${keyState}.`, ...seen };
    }
    if (keyManager !== 'CUSTOMER') {
      const reason = `Secrets are encrypted with ${arn}, a key managed by ${keyManager}.`;
      return { code: 'NOT_CUSTOMER_MANAGED', reason, ...seen };
    }
    if (!USABLE.includes(keyState)) {
      const reason = `Secrets are encrypted with ${arn}, whose state ${keyState} tells neither way.`;
      return { code: 'KEY_STATE_UNKNOWN', reason, ...seen };
    }
    const reason = `Secrets are encrypted with the customer managed key ${arn}, state ${keyState}.`;
    return { code: 'CUSTOMER_KEY', reason, ...seen };
  },
});

/** From Kubernetes 1.28 on EKS encrypts all API data itself: https://docs.aws.amazon.com/eks/latest/userguide/envelope-encryption.html */
function defaultEncryption(version: string | undefined): string {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  if (major < 1 || (major === 1 && minor < 28)) return '';
  return ` Kubernetes ${version} is encrypted by EKS itself, with a key that AWS owns and the customer does not control.`;
}

/** An alias without an ARN is one of the cluster's own account. */
function isOfAccount(keyArn: string, accountId: string): boolean {
  const owner = parseArn(keyArn)?.accountId;
  return owner === undefined || owner === accountId;
}

function keyResource(keyArn: string): ResourceRef {
  return { type: 'AwsKmsKey', id: keyArn };
}
