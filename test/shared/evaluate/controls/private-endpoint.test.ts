import { describe, expect, it } from 'vitest';
import { privateEndpoint } from '../../../../shared/evaluate/controls/private-endpoint.ts';
import { present } from '../../../../shared/model/evidence.ts';
import { aCluster, judge } from '../../../builders.ts';

function judgeAccess(isPublic: boolean | undefined, isPrivate: boolean | undefined) {
  const resourcesVpcConfig = {
    ...(isPublic !== undefined && { endpointPublicAccess: isPublic }),
    ...(isPrivate !== undefined && { endpointPrivateAccess: isPrivate }),
  };
  return judge(privateEndpoint, { cluster: present(aCluster({ resourcesVpcConfig })) });
}

describe('5.4.2 private endpoint', () => {
  it.each([
    { isPublic: false, isPrivate: true, status: 'PASSED', codes: ['PRIVATE_ENDPOINT'] },
    { isPublic: true, isPrivate: true, status: 'FAILED', codes: ['PUBLIC_ACCESS_ENABLED'] },
    { isPublic: false, isPrivate: false, status: 'FAILED', codes: ['PRIVATE_ACCESS_DISABLED'] },
    {
      isPublic: true,
      isPrivate: false,
      status: 'FAILED',
      codes: ['PUBLIC_ACCESS_ENABLED', 'PRIVATE_ACCESS_DISABLED'],
    },
  ])('is $status with public $isPublic and private $isPrivate', ({ isPublic, isPrivate, status, codes }) => {
    const verdict = judgeAccess(isPublic, isPrivate);

    expect(verdict).toMatchObject({ status, reasonCode: codes[0], reasonCodes: codes });
    expect(verdict.severity).toBe(status === 'FAILED' ? 'MEDIUM' : 'INFORMATIONAL');
  });

  it.each([
    { isPublic: true, isPrivate: undefined, failed: 'PUBLIC_ACCESS_ENABLED' },
    { isPublic: undefined, isPrivate: false, failed: 'PRIVATE_ACCESS_DISABLED' },
  ])('stays $failed when nothing is said of the other access', ({ isPublic, isPrivate, failed }) => {
    const verdict = judgeAccess(isPublic, isPrivate);

    expect(verdict).toMatchObject({ status: 'FAILED', reasonCodes: [failed, 'EVIDENCE_UNREADABLE'] });
  });

  it.each([
    { isPublic: false, isPrivate: undefined, unknown: 'private access' },
    { isPublic: undefined, isPrivate: true, unknown: 'public access' },
    { isPublic: undefined, isPrivate: undefined, unknown: 'public or private access' },
  ])('is not available when the answer lacks $unknown', ({ isPublic, isPrivate, unknown }) => {
    const verdict = judgeAccess(isPublic, isPrivate);

    expect(verdict).toMatchObject({ status: 'NOT_AVAILABLE', reasonCodes: ['EVIDENCE_UNREADABLE'] });
    expect(verdict.reason).toContain(`whether ${unknown}`);
  });

  it('is not available when there is no network configuration', () => {
    const { resourcesVpcConfig: _, ...cluster } = aCluster();

    expect(judge(privateEndpoint, { cluster: present(cluster) }).status).toBe('NOT_AVAILABLE');
  });
});
