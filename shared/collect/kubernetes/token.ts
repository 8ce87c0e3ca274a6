import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity } from '@smithy/types';
import { dnsSuffixOf, partitionOf } from '../../model/partition.ts';

/** Seconds. EKS takes a token for up to 15 minutes, whatever it says: it is made for one reading. */
const EXPIRES_IN = 60;

/**
 * The token by which EKS knows a principal of IAM: a request to STS that is signed and not sent.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 */
export async function clusterToken(
  cluster: { readonly name: string; readonly region: string },
  credentials: AwsCredentialIdentity,
  now: Date,
): Promise<string> {
  const { name, region } = cluster;
  const hostname = `sts.${region}.${dnsSuffixOf(partitionOf(region))}`;
  const signer = new SignatureV4({ service: 'sts', region, credentials, sha256: Hash.bind(null, 'sha256') });
  const request = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname,
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: hostname, 'x-k8s-aws-id': name },
    },
    { expiresIn: EXPIRES_IN, signingDate: now, unhoistableHeaders: new Set(['x-k8s-aws-id']) },
  );
  const query = Object.entries(request.query ?? {}).map(
    ([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(String(value))}`,
  );
  const url = `https://${hostname}/?${query.join('&')}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
