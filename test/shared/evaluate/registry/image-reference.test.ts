import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digestOf, parseImageReference } from '../../../../shared/evaluate/registry/image-reference.ts';

const DIGEST = `sha256:${'0a'.repeat(32)}`;

describe('an image reference', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx'],
    ['nginx:1.27', 'docker.io/library/nginx'],
    ['team/app', 'docker.io/team/app'],
    ['docker.io/nginx', 'docker.io/library/nginx'],
    ['index.docker.io/team/app', 'docker.io/team/app'],
    ['localhost/app', 'localhost/app'],
    ['localhost:5000/app:x', 'localhost:5000/app'],
    ['registry:5000/app', 'registry:5000/app'],
    ['GHCR.io/our/app', 'ghcr.io/our/app'],
    ['ghcr.io:443/our/app', 'ghcr.io:443/our/app'],
    [`quay.io/a/b_c__d.e--f/g@${DIGEST}`, 'quay.io/a/b_c__d.e--f/g'],
    [`quay.io/a/b:tag@${DIGEST}`, 'quay.io/a/b'],
    ['[2001:db8::1]:5000/app', '[2001:db8::1]:5000/app'],
  ])('%s is of %s', (text, name) => {
    const { host, repository } = parseImageReference(text) ?? {};

    expect(`${host}/${repository}`).toBe(name);
  });

  it.each([
    '',
    ' nginx',
    'Nginx/app:',
    'ghcr.io/Our/app',
    'a//b',
    'a/b:',
    'a@sha256:12',
    `a@${DIGEST}@${DIGEST}`,
    'a/-b',
    'https://ghcr.io/a',
    'a\nb',
    'x'.repeat(600),
    '-a.io/x',
  ])('is not %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it('is the same with any tag and digest', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,8}$/);
    const tag = fc.stringMatching(/^\w[\w.-]{0,20}$/);
    fc.assert(
      fc.property(part, part, tag, (host, path, label) => {
        const name = `${host}.example/${path}/app`;
        const expected = { host: `${host}.example`, repository: `${path}/app` };
        expect(parseImageReference(name)).toEqual(expected);
        expect(parseImageReference(`${name}:${label}@${DIGEST}`)).toEqual({
          ...expected,
          tag: label,
          digest: DIGEST,
        });
      }),
    );
  });

  it.each([
    [`docker-pullable://nginx@${DIGEST}`, DIGEST],
    [`docker://${DIGEST}`, DIGEST],
    [DIGEST, DIGEST],
    ['', undefined],
    ['nginx:1.27', undefined],
  ])('runs with the digest of %s', (imageID, digest) => {
    expect(digestOf(imageID)).toBe(digest);
  });
});
