import { describe, expect, it } from 'vitest';
import { eksIssuerOf, issuerOf, issuersOfOthers } from '../../../shared/model/oidc-issuers.ts';

const ID = 'AAAA1111BBBB2222CCCC3333DDDD4444';

function aProvider(issuer: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
}

describe('an IAM OIDC provider', () => {
  it.each([
    ['oidc.eks.us-east-1.amazonaws.com', 'us-east-1'],
    ['oidc.eks.us-gov-west-1.amazonaws.com', 'us-gov-west-1'],
    ['oidc.eks.cn-north-1.amazonaws.com.cn', 'cn-north-1'],
    ['oidc.eks.eusc-de-east-1.amazonaws.eu', 'eusc-de-east-1'],
    ['oidc.eks.us-iso-east-1.c2s.ic.gov', 'us-iso-east-1'],
    ['oidc.eks.us-isob-east-1.sc2s.sgov.gov', 'us-isob-east-1'],
    ['oidc-eks.us-east-1.api.aws', 'us-east-1'],
    ['oidc-eks.cn-north-1.api.amazonwebservices.com.cn', 'cn-north-1'],
  ])('of %s is of an EKS cluster in %s', (host, region) => {
    const arn = aProvider(`${host}/id/${ID}`);

    expect(eksIssuerOf(arn)).toEqual({ arn, issuer: `${host}/id/${ID}`, region });
  });

  it.each([
    'token.actions.githubusercontent.com',
    'accounts.google.com',
    `oidc.eks.us-east-1.amazonaws.com.example.org/id/${ID}`,
    `oidc.eks.us-east-1.example.org/id/${ID}`,
    `oidc.eks.us-east-1.api.aws/id/${ID}`,
    `oidc-eks.us-east-1.amazonaws.com/id/${ID}`,
    `example.org/oidc.eks.us-east-1.amazonaws.com/id/${ID}`,
    `oidc.eks.us-east-1.amazonaws.com/id/${ID}/keys`,
    'oidc.eks.us-east-1.amazonaws.com',
  ])('of %s is not', (issuer) => {
    expect(eksIssuerOf(aProvider(issuer))).toBeUndefined();
  });

  it('is not told from another resource of IAM', () => {
    expect(
      eksIssuerOf(`arn:aws:iam::111122223333:role/oidc.eks.us-east-1.amazonaws.com/id/${ID}`),
    ).toBeUndefined();
  });
});

it.each(['https://oidc.eks.us-east-1.amazonaws.com/id/A', 'https://oidc.eks.us-east-1.amazonaws.com/id/A/'])(
  'the issuer %s is named as IAM names its provider',
  (url) => {
    expect(issuerOf(url)).toBe('oidc.eks.us-east-1.amazonaws.com/id/A');
  },
);

describe('issuers of others', () => {
  const IRELAND = 'oidc.eks.eu-west-1.amazonaws.com/id/A';
  const VIRGINIA = 'oidc.eks.us-east-1.amazonaws.com/id/B';
  const providers = [IRELAND, VIRGINIA].map(aProvider);
  const split = (own: Partial<Parameters<typeof issuersOfOthers>[1]>) => {
    const { others, unclear, unread } = issuersOfOthers(providers, {
      known: [],
      unclearRegions: [],
      unreadRegions: [],
      regions: 'all',
      ...own,
    });
    return [others, unclear, unread].map((issuers) => issuers.map(({ issuer }) => issuer));
  };

  it('are those that no cluster of the account has', () => {
    expect(split({ known: [IRELAND] })).toEqual([[VIRGINIA], [], []]);
  });

  it('are unclear in Regions whose clusters do not all tell their issuers', () => {
    expect(split({ unclearRegions: ['us-east-1'] })).toEqual([[IRELAND], [VIRGINIA], []]);
  });

  it('are unread in Regions with clusters that were not to be read', () => {
    expect(split({ unreadRegions: ['us-east-1'] })).toEqual([[IRELAND], [], [VIRGINIA]]);
  });

  it('are unread in Regions that were not to be read', () => {
    expect(split({ regions: ['eu-west-1'] })).toEqual([[IRELAND], [], [VIRGINIA]]);
  });

  it('are all of them in a Region that the account has not enabled: it has no cluster there', () => {
    expect(split({ regions: 'all' })).toEqual([[IRELAND, VIRGINIA], [], []]);
  });
});
