import { describe, expect, it } from 'vitest';
import { secretsEncryption } from '../../../../shared/evaluate/controls/secrets-encryption.ts';
import { absent, present } from '../../../../shared/model/evidence.ts';
import type { Cluster, KmsKey } from '../../../../shared/model/facts.ts';
import { aCluster, aKey, denied, judge } from '../../../builders.ts';

const KEY_ELSEWHERE = 'arn:aws:kms:eu-west-1:999900001111:key/f00d';

function encryptedWith(keyArn: string): Cluster['encryptionConfig'] {
  return [{ resources: ['secrets'], provider: { keyArn } }];
}

function judgeKey(key: Partial<KmsKey>) {
  return judge(secretsEncryption, { secretsKey: present(aKey(key)) });
}

describe('5.3.1 secrets encryption', () => {
  it.each<[string, Cluster['encryptionConfig']]>([
    ['no configuration', undefined],
    ['an empty configuration', []],
    ['an entry for other resources', [{ resources: ['configmaps'], provider: { keyArn: aKey().arn } }]],
    ['an entry for nothing', [{ resources: [], provider: { keyArn: aKey().arn } }]],
    ['an entry without resources and key', [{ provider: {} }]],
    ['an entry without a provider', [{ resources: ['secrets'] }]],
    ['an entry without a key', [{ resources: ['secrets'], provider: {} }]],
    ['an entry with an empty key', [{ resources: ['secrets'], provider: { keyArn: '' } }]],
  ])('fails without a customer’s key: %s', (_, encryptionConfig) => {
    const verdict = judge(secretsEncryption, {
      cluster: present(aCluster({ encryptionConfig })),
      secretsKey: absent,
    });

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'MEDIUM', reasonCode: 'NO_CUSTOMER_KEY' });
    expect(verdict.evidence).toEqual({ key: 'none' });
  });

  it.each([
    ['1.27', false],
    ['1.28', true],
    ['1.33', true],
    ['2.0', true],
    [undefined, false],
  ])('says for Kubernetes %s whether EKS encrypts with its own key: %s', (version, says) => {
    const cluster = present(aCluster({ encryptionConfig: [], ...(version && { version }) }));
    if (version === undefined) delete cluster.value.version;

    const verdict = judge(secretsEncryption, { cluster, secretsKey: absent });

    expect(verdict.reason.includes('AWS owns')).toBe(says);
  });

  it('does not look like a change when only the Kubernetes version moved', () => {
    const [before, after] = ['1.27', '1.28'].map((version) => {
      const cluster = present(aCluster({ encryptionConfig: [], version }));
      return judge(secretsEncryption, { cluster, secretsKey: absent });
    });

    expect(before?.evidence).toEqual(after?.evidence);
  });

  it.each<[string, Cluster['encryptionConfig']]>([
    ['its only entry', [{ provider: { keyArn: aKey().arn } }]],
    [
      'an entry after one for other resources',
      [
        { resources: ['configmaps'], provider: { keyArn: KEY_ELSEWHERE } },
        { provider: { keyArn: aKey().arn } },
      ],
    ],
  ])('takes the key of %s without resources, which are deprecated', (_, encryptionConfig) => {
    const verdict = judge(secretsEncryption, { cluster: present(aCluster({ encryptionConfig })) });

    expect(verdict.reasonCode).toBe('CUSTOMER_KEY');
  });

  it('finds the key in whichever entry has it', () => {
    const encryptionConfig = [{ resources: ['secrets'] }, ...(encryptedWith(aKey().arn) ?? [])];

    const verdict = judge(secretsEncryption, { cluster: present(aCluster({ encryptionConfig })) });

    expect(verdict.reasonCode).toBe('CUSTOMER_KEY');
  });

  it.each(['Disabled', 'PendingDeletion', 'PendingReplicaDeletion', 'Unavailable', 'PendingImport'])(
    'fails critically when the key is %s',
    (keyState) => {
      const verdict = judgeKey({ keyState });

      expect(verdict).toMatchObject({ status: 'FAILED', severity: 'CRITICAL', reasonCode: 'KEY_UNUSABLE' });
      expect(verdict.reason).toContain(keyState);
    },
  );

  it('calls a disabled key of AWS unusable first', () => {
    expect(judgeKey({ keyManager: 'AWS', keyState: 'Disabled' }).reasonCode).toBe('KEY_UNUSABLE');
  });

  it.each([aKey().arn, KEY_ELSEWHERE])('fails critically when the key %s does not exist', (keyArn) => {
    const verdict = judge(secretsEncryption, {
      cluster: present(aCluster({ encryptionConfig: encryptedWith(keyArn) })),
      secretsKey: absent,
    });

    expect(verdict).toMatchObject({ status: 'FAILED', severity: 'CRITICAL', reasonCode: 'KEY_UNUSABLE' });
    expect(verdict.reason).toContain(keyArn);
    expect(verdict.evidence).toEqual({ key: keyArn });
  });

  it('fails when AWS manages the key', () => {
    expect(judgeKey({ keyManager: 'AWS' })).toMatchObject({
      status: 'FAILED',
      severity: 'MEDIUM',
      reasonCode: 'NOT_CUSTOMER_MANAGED',
    });
  });

  it('warns when the key is in another account and cannot be read', () => {
    const verdict = judge(secretsEncryption, {
      cluster: present(aCluster({ encryptionConfig: encryptedWith(KEY_ELSEWHERE) })),
      secretsKey: denied('kms:DescribeKey'),
    });

    expect(verdict).toMatchObject({ status: 'WARNING', reasonCode: 'KEY_STATE_UNKNOWN' });
    expect(verdict.reason).toContain('AccessDeniedException');
    expect(verdict.related).toContainEqual({ type: 'AwsKmsKey', id: KEY_ELSEWHERE });
  });

  it.each([aKey().arn, 'alias/cluster-secrets'])(
    'is not available when %s of the own account cannot be read',
    (keyArn) => {
      const verdict = judge(secretsEncryption, {
        cluster: present(aCluster({ encryptionConfig: encryptedWith(keyArn) })),
        secretsKey: denied('kms:DescribeKey'),
      });

      expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCode: 'EVIDENCE_UNREADABLE' });
      expect(verdict.reason).toContain('kms:DescribeKey failed with AccessDeniedException');
      expect(verdict.related).toContainEqual({ type: 'AwsKmsKey', id: keyArn });
    },
  );

  it('judges a readable key of another account like any other', () => {
    const verdict = judge(secretsEncryption, {
      cluster: present(aCluster({ encryptionConfig: encryptedWith(KEY_ELSEWHERE) })),
      secretsKey: present(aKey({ arn: KEY_ELSEWHERE })),
    });

    expect(verdict.reasonCode).toBe('CUSTOMER_KEY');
  });

  it('is not available when the cluster cannot be read, whatever is known of a key', () => {
    const verdict = judge(secretsEncryption, { cluster: denied('eks:DescribeCluster') });

    expect(verdict.status).toBe('NOT_AVAILABLE');
  });

  it.each(['Enabled', 'Updating'])('passes with a customer managed key that is %s', (keyState) => {
    const verdict = judgeKey({ keyState });

    expect(verdict).toMatchObject({ status: 'PASSED', reasonCode: 'CUSTOMER_KEY' });
    expect(verdict.reason).toContain(aKey().arn);
    expect(verdict.related).toContainEqual({ type: 'AwsKmsKey', id: aKey().arn });
    expect(verdict.evidence).toEqual({ key: aKey().arn, keyManager: 'CUSTOMER', keyState });
  });

  it.each(['Creating', 'SomethingNew'])('warns about the state %s, which tells neither way', (keyState) => {
    expect(judgeKey({ keyState })).toMatchObject({ status: 'WARNING', reasonCode: 'KEY_STATE_UNKNOWN' });
  });
});
